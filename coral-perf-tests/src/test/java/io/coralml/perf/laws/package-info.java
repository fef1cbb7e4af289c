/**
 * What holds for whole repositories whatever they contain, as jqwik properties: round trip,
 * idempotent commit, clean-up, merge, export and import. The laws of single codecs, formats and
 * merge strategies are properties of coral-core's own tests.
 *
 * <p>The number of tries comes from the Maven profile: {@code jqwik.tries.default}, 10 without one,
 * 200 in quick, 1000 in standard, 5000 in full, 20,000 in comprehensive. Seed and tries of each
 * property stand in the report; see {@link io.coralml.perf.laws.ReportedSeed}.
 */
@NullMarked
package io.coralml.perf.laws;

import org.jspecify.annotations.NullMarked;

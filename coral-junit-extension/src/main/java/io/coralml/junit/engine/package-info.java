/**
 * The measuring engine: the Jupiter extension, the loops that are timed, pilot, warm-up and
 * measurement, and the run that collects results and hands them to reporters.
 *
 * <p>Depends on the API, {@link io.coralml.junit.stats}, {@link io.coralml.junit.memory} and the
 * interface {@link io.coralml.junit.report.Reporter}.
 */
@NullMarked
package io.coralml.junit.engine;

import org.jspecify.annotations.NullMarked;

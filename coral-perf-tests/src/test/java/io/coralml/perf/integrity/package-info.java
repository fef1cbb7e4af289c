/**
 * Data integrity from end to end: through files, repositories and processes. Each scenario, tagged
 * and of the suite {@code integrity}, asserts that what comes back is exact or that the damage is
 * detected, and records how often it looked. What is covered below this level, by the tests of
 * coral-core, stands in {@code docs/integrity.md} of this module beside what is covered here.
 */
@NullMarked
package io.coralml.perf.integrity;

import org.jspecify.annotations.NullMarked;

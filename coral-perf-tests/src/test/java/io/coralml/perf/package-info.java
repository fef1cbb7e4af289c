/**
 * The six suites: coral-core measured by coral-junit-extension. A benchmark here checks its output
 * bit for bit, takes its sizes from the active profile, and derives every ratio from bytes it read
 * off the file system.
 *
 * <p>Depends on both products; nothing depends on it. Models come from {@code
 * io.coralml.perf.models}, what ours is compared with from {@code io.coralml.perf.comparators}.
 */
@NullMarked
package io.coralml.perf;

import org.jspecify.annotations.NullMarked;

/**
 * What code costs in memory: allocation, heap, collections, buffers outside the heap, resident
 * size, leaks.
 *
 * <p>Reads the JVM's own beans, and the operating system's counts where they can be read. Knows
 * nothing of benchmarks, so a plain test can use it too. Depends on {@link io.coralml.junit.stats}
 * only.
 */
@NullMarked
package io.coralml.junit.memory;

import org.jspecify.annotations.NullMarked;

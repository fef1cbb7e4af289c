/**
 * The API of the benchmark framework: a benchmark is a test that returns numbers.
 *
 * <p>Write {@link io.coralml.junit.CoralBenchmark} beside {@code @Test}; see {@link
 * io.coralml.junit.BenchmarkResult} for what comes out. Knows nothing of what it measures.
 */
@NullMarked
package io.coralml.junit;

import org.jspecify.annotations.NullMarked;

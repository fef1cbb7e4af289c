package io.coralml.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the method that a benchmark must not be slower than; in a measured run the two take turns
 * in one JVM, and the benchmark fails when it is.
 *
 * <pre>{@code
 * @CoralBenchmark(suite = "codec")
 * @Baseline("encodeAsBefore")
 * void encode(Blackhole blackhole) { ... }
 *
 * void encodeAsBefore(Blackhole blackhole) { ... }
 * }</pre>
 *
 * <p>Blocks of 5 to 16 ms, or of one call that takes longer, are interleaved as base, candidate,
 * twin, twin, candidate, base, where the twin is a second copy of the base. The benchmark fails
 * when the 99 % interval of the median ratio lies wholly beyond the margin. When the two copies of
 * the base differ by more than the margin the machine is too noisy, and nothing is decided. What is
 * not decided is a warning; with {@code coral.gate.strict} it fails.
 *
 * <p>For the modes THROUGHPUT and LATENCY, on any number of {@link Threads}; what is compared is
 * the mean time of the calls of a block, on several threads that of the slowest. The named method
 * is in the same class (or inherited), is no test itself, and takes the same parameters.
 *
 * <p>{@code coral.baseline} compares every such benchmark with an older jar or class folder of the
 * code under test in the same way, without any annotation; the margin given here holds for it too.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Baseline {
  /**
   * The name of the method to compare with. Empty: none; the annotation then only sets the margin
   * for the comparison with {@code coral.baseline}.
   */
  String value() default "";

  /**
   * The difference that is put up with: 0.02 for 2 %, anything between 0 and 1. Not given: what
   * {@code coral.gate.margin} says, 0.02 without it.
   */
  double margin() default Double.NaN;
}

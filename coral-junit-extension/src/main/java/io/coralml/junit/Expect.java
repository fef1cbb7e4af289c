package io.coralml.junit;

import io.coralml.junit.stats.GrowthClass;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a metric of a benchmark must be; the benchmark fails when it is not.
 *
 * <pre>{@code
 * @CoralBenchmark(suite = "compression", mode = Mode.SCENARIO)
 * @Expect(metric = "compression_ratio", value = 15.2) // higher is better: at least
 * @Expect(metric = "b_per_op", value = 16)            // lower is better: at most
 * @Expect(metric = "cache_hits", min = 10, max = 12)
 * @Expect(metric = "ns_per_op", growth = GrowthClass.LINEARITHMIC)
 * void fineTunes(Metrics metrics) { ... }
 * }</pre>
 *
 * <p>A metric with an interval fails only when the interval lies wholly beyond the limit. Times and
 * rates differ between machines: below the profile full a limit on one is a warning, unless {@code
 * coral.gate.strict} is {@code true}. All other limits hold in every profile, and in a functional
 * run for what a scenario recorded.
 *
 * <p>A growth class is checked as soon as a method with one whole number as its parameter has
 * passed for five sizes that span a factor of 16. It fails when the metric grows like a worse class
 * and the fit is clear about it: the exponent's interval lies wholly above the allowed class's own,
 * and a class that is allowed does not explain the sizes nearly as well.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Expect.All.class)
public @interface Expect {
  /** The key of the metric, such as {@code b_per_op}. */
  String metric();

  /**
   * The worst value that is put up with: a least one where higher is better, a most one where lower
   * is.
   */
  double value() default Double.NaN;

  /** The least value that is put up with. */
  double min() default Double.NEGATIVE_INFINITY;

  /** The most that is put up with. */
  double max() default Double.POSITIVE_INFINITY;

  /** The worst class that the metric may grow like; empty says nothing about growth. */
  GrowthClass[] growth() default {};

  /** Holds several; never written by hand. */
  @Documented
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface All {
    /** The expectations. */
    Expect[] value();
  }
}

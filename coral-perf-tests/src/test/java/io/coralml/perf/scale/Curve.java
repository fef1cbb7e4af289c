package io.coralml.perf.scale;

import io.coralml.junit.Better;
import io.coralml.junit.Metrics;
import io.coralml.junit.report.GrowthSeries;
import io.coralml.junit.stats.Growth;
import io.qameta.allure.Allure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sizes, what each of them cost, and how the costs grow with the sizes. Not thread-safe. */
public final class Curve {
  private final String what;
  private final String counted;
  private final List<Double> sizes = new ArrayList<>();
  private final List<Double> costs = new ArrayList<>();

  /**
   * Creates one without points.
   *
   * @param what the cost, as the beginning of metrics' keys
   * @param counted what the sizes count
   */
  public Curve(String what, String counted) {
    this.what = what;
    this.counted = counted;
  }

  /**
   * Adds a point.
   *
   * @param size from 2 up, larger than the one before
   * @param nanos the cost in nanoseconds, positive
   */
  public void add(double size, double nanos) {
    sizes.add(size);
    costs.add(nanos);
  }

  /**
   * Records the exponent with its interval, and attaches the sentence and the plot.
   *
   * @return the growth; empty where the sizes are too few or too close to each other for a verdict
   */
  public Optional<Growth> record(Metrics metrics) {
    if (!decides(sizes)) {
      return Optional.empty();
    }
    GrowthSeries series =
        GrowthSeries.of(what, counted, Curve.array(sizes), Curve.array(costs), "ns");
    Growth growth = series.growth();
    metrics.value(what + "_exponent", growth.exponent().value(), "1", Better.LOWER);
    metrics.value(what + "_exponent_low", growth.exponent().low(), "1", Better.LOWER);
    metrics.value(what + "_exponent_high", growth.exponent().high(), "1", Better.LOWER);
    Allure.addAttachment("growth of " + what, "text/plain", growth.sentence());
    Allure.addAttachment("plot of " + what, "image/svg+xml", series.svg(), ".svg");
    return Optional.of(growth);
  }

  /** Tells whether ascending sizes are enough, and far enough apart, for a verdict on growth. */
  public static boolean decides(List<Double> sizes) {
    return sizes.size() >= Growth.FEWEST_SIZES
        && sizes.get(0) >= 2
        && sizes.get(sizes.size() - 1) / sizes.get(0) >= Growth.LEAST_RANGE;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}

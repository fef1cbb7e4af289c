package io.coralml.junit;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One measured value.
 *
 * @param key what was measured, in lower snake case, such as {@code ns_per_op}; stable between
 *     releases
 * @param value the value: a median where there are several samples
 * @param low the lower end of its 95 % interval; NaN when there is no interval
 * @param high the upper end of its 95 % interval; NaN when there is no interval
 * @param unit the unit, such as {@code ns/op}, {@code B/op}, {@code x}
 * @param better which way it improves
 */
public record Metric(
    String key, double value, double low, double high, String unit, Better better) {
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");

  /** Checks the key. */
  public Metric {
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(better, "better");
    if (!KEY.matcher(key).matches()) {
      throw new BenchmarkException(
          "A metric key is written in lower snake case, such as ns_per_op; this one is \""
              + key
              + "\".");
    }
  }

  /** Returns an exact value: one without an interval. */
  public static Metric exact(String key, double value, String unit, Better better) {
    return new Metric(key, value, Double.NaN, Double.NaN, unit, better);
  }

  /** Tells whether the value has an interval. */
  public boolean hasInterval() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }
}

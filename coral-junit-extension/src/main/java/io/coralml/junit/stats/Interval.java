package io.coralml.junit.stats;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * A point estimate with the interval around it. Ends may be infinite when the data say nothing
 * about them.
 *
 * @param low the lower end
 * @param value the estimate
 * @param high the upper end
 */
public record Interval(double low, double value, double high) {
  /** Checks the order: an end may equal the estimate, but never cross it. */
  public Interval {
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException(
          "An interval goes up from low to value to high; this one is "
              + low
              + ", "
              + value
              + ", "
              + high
              + ".");
    }
  }

  /** Returns an interval of no width. */
  public static Interval exactly(double value) {
    return new Interval(value, value, value);
  }

  /** Returns the width of the interval relative to the size of the estimate: 0.02 for 2 %. */
  public double relativeWidth() {
    double width = high - low;
    if (width == 0) {
      return 0;
    }
    return value == 0 ? Double.POSITIVE_INFINITY : width / Math.abs(value);
  }

  /** Tells whether {@code x} lies in the interval, ends included. */
  public boolean contains(double x) {
    return low <= x && x <= high;
  }

  /** Tells whether the two intervals have a point in common. */
  public boolean meets(Interval other) {
    return low <= other.high && other.low <= high;
  }

  /**
   * Returns the interval of a decreasing or increasing function of the estimate, ends put in order.
   */
  public Interval map(DoubleUnaryOperator function) {
    double a = function.applyAsDouble(low);
    double b = function.applyAsDouble(high);
    return new Interval(Math.min(a, b), function.applyAsDouble(value), Math.max(a, b));
  }

  /** Returns {@code [low value high]} with four decimals. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "[%.4f %.4f %.4f]", low, value, high);
  }
}

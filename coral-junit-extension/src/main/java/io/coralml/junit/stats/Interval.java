package io.coralml.junit.stats;

/**
 * A point estimate with the interval around it.
 *
 * @param low the lower end
 * @param value the estimate
 * @param high the upper end
 */
public record Interval(double low, double value, double high) {

  /** Returns the width of the interval relative to the estimate, such as 0.02 for 2 %. */
  public double relativeWidth() {
    return value == 0 ? (high - low == 0 ? 0 : Double.POSITIVE_INFINITY) : (high - low) / value;
  }

  /** Tells whether {@code x} lies in the interval, ends included. */
  public boolean contains(double x) {
    return low <= x && x <= high;
  }

  /**
   * Returns the interval of a decreasing or increasing function of the estimate, ends put in order.
   */
  public Interval map(java.util.function.DoubleUnaryOperator function) {
    double a = function.applyAsDouble(low);
    double b = function.applyAsDouble(high);
    return new Interval(Math.min(a, b), function.applyAsDouble(value), Math.max(a, b));
  }
}

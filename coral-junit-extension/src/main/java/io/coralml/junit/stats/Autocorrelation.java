package io.coralml.junit.stats;

/**
 * How much each value resembles the one before it. Intervals that assume independent values are too
 * narrow when it is present.
 *
 * @param lag1 the correlation of neighbours, from -1 to 1
 * @param threshold what independent values stay below, in size, 95 times of 100
 */
public record Autocorrelation(double lag1, double threshold) {
  /** The 97.5 % quantile of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * Returns {@code r1 = sum (x[i] - m)(x[i+1] - m) / sum (x[i] - m)^2} with the threshold {@code
   * 1.96 / sqrt(n)} (Box and Jenkins, "Time Series Analysis", 1970). A constant sample, and one of
   * fewer than three values, has a correlation of 0.
   */
  static Autocorrelation of(double[] values) {
    int n = values.length;
    double mean = Moments.mean(values);
    double own = 0;
    double cross = 0;
    for (int i = 0; i < n; i++) {
      double distance = values[i] - mean;
      own += distance * distance;
      if (i + 1 < n) {
        cross += distance * (values[i + 1] - mean);
      }
    }
    double lag1 = n < 3 || own == 0 ? 0 : cross / own;
    return new Autocorrelation(lag1, Math.min(1, Z / Math.sqrt(n)));
  }

  /** Tells whether neighbours resemble, or avoid, each other more than chance explains. */
  public boolean present() {
    return Math.abs(lag1) > threshold;
  }

  /**
   * Returns how long the blocks of a block bootstrap should be for a sample of {@code n} values:
   * {@code (2 r / (1 - r^2))^(2/3) n^(1/3)}, which is optimal for an autoregressive process of
   * order one (Carlstein, "The Use of Subseries Values for Estimating the Variance of a General
   * Statistic from a Stationary Sequence", 1986). 1 when no positive correlation is present, and at
   * most a quarter of the sample.
   */
  public int blockLength(int n) {
    if (!present() || lag1 <= 0) {
      return 1;
    }
    double r = Math.min(lag1, 0.99);
    double length = Math.pow(2 * r / (1 - r * r), 2.0 / 3) * Math.cbrt(n);
    return Math.max(1, Math.min((int) Math.ceil(length), n / 4));
  }
}

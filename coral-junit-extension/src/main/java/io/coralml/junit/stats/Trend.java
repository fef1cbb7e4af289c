package io.coralml.junit.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How much {@code y} grows per unit of {@code x}: a slope with its interval.
 *
 * <p>Both ways need at least three points and two different {@code x}; fewer, NaN and infinite
 * numbers are refused.
 */
public final class Trend {
  private static final int FEWEST_POINTS = 3;

  private Trend() {}

  /**
   * Returns the slope of least squares, {@code sum (x - mx)(y - my) / sum (x - mx)^2}, with the
   * interval of Student's t distribution of {@code n - 2} degrees of freedom. Assumes errors that
   * are independent, normal, and equally large everywhere; one outlier can turn it.
   *
   * @param confidence for instance 0.95
   */
  public static Interval leastSquares(double[] x, double[] y, double confidence) {
    check(x, y, confidence);
    int n = x.length;
    double meanX = Moments.mean(x);
    double meanY = Moments.mean(y);
    double xx = 0;
    double xy = 0;
    for (int i = 0; i < n; i++) {
      xx += (x[i] - meanX) * (x[i] - meanX);
      xy += (x[i] - meanX) * (y[i] - meanY);
    }
    double slope = xy / xx;
    double errors = 0;
    for (int i = 0; i < n; i++) {
      double error = y[i] - meanY - slope * (x[i] - meanX);
      errors += error * error;
    }
    double t = TDistribution.of(n - 2).inverseSurvivalProbability((1 - confidence) / 2);
    double reach = t * Math.sqrt(errors / (n - 2) / xx);
    return new Interval(slope - reach, slope, slope + reach);
  }

  /**
   * Returns the median of the slopes between all pairs of points (Theil, 1950), with the interval
   * that follows from Kendall's rank correlation (Sen, "Estimates of the Regression Coefficient
   * Based on Kendall's Tau", 1968), corrected for equal {@code x}. Assumes only independent errors;
   * up to 29 % of the points may be wild. With so few points that the confidence cannot be reached,
   * under five at 95 %, the ends are infinite. Takes a time proportional to {@code n^2 log n}.
   *
   * @param confidence for instance 0.95
   */
  public static Interval theilSen(double[] x, double[] y, double confidence) {
    check(x, y, confidence);
    double[] slopes = slopes(x, y);
    double z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
    double reach = z * Math.sqrt(kendallVariance(x));
    int low = (int) Math.floor((slopes.length - reach) / 2) - 1;
    int high = slopes.length - 1 - low;
    return new Interval(
        low < 0 ? Double.NEGATIVE_INFINITY : slopes[low],
        Sample.quantileOfSorted(slopes, 0.5),
        low < 0 ? Double.POSITIVE_INFINITY : slopes[high]);
  }

  private static double[] slopes(double[] x, double[] y) {
    int n = x.length;
    double[] slopes = new double[n * (n - 1) / 2];
    int count = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        if (x[i] != x[j]) {
          slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
        }
      }
    }
    double[] found = Arrays.copyOf(slopes, count);
    Arrays.sort(found);
    return found;
  }

  /** The variance of Kendall's score, groups of equal {@code x} taken out. */
  private static double kendallVariance(double[] x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    double variance = score(x.length);
    int from = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] != sorted[from]) {
        variance -= score(i - from);
        from = i;
      }
    }
    return variance;
  }

  private static double score(double n) {
    return n * (n - 1) * (2 * n + 5) / 18;
  }

  private static void check(double[] x, double[] y, double confidence) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "A trend needs as many x as y; got " + x.length + " and " + y.length);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "A confidence lies between 0 and 1, 0.95 for instance; this one is " + confidence);
    }
    if (x.length < FEWEST_POINTS) {
      throw new IllegalArgumentException("A trend needs at least 3 points; got " + x.length);
    }
    Sample range = Sample.of(x);
    Sample.of(y);
    if (range.min() == range.max()) {
      throw new IllegalArgumentException(
          "A trend needs two different x; all of these are " + range.min());
    }
  }
}

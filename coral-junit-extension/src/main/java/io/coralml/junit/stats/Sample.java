package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in the order they were observed: at least one, none of them NaN or infinite. Immutable.
 * What is squared on the way (standard deviation, autocorrelation) holds for sizes below 1e150.
 *
 * <p>Quantiles are those of R's type 7: linear interpolation between the order statistics around
 * {@code 1 + (n - 1) p} (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
 */
public final class Sample {
  private final double[] values;
  private final double[] sorted;

  private Sample(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("A sample has at least one value.");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "A sample holds finite numbers; number " + (i + 1) + " of this one is " + values[i]);
      }
    }
    this.values = values;
    this.sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** Returns a sample of a copy of the values. */
  public static Sample of(double... values) {
    return new Sample(values.clone());
  }

  /** Returns a sample of the values in iteration order. */
  public static Sample of(Collection<Double> values) {
    return new Sample(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Returns how many values there are. */
  public int size() {
    return values.length;
  }

  /** Returns the values in the order they were observed; a copy. */
  public double[] values() {
    return values.clone();
  }

  /** Returns the values in ascending order; a copy. */
  public double[] sorted() {
    return sorted.clone();
  }

  /** Returns the smallest value. */
  public double min() {
    return sorted[0];
  }

  /** Returns the largest value. */
  public double max() {
    return sorted[sorted.length - 1];
  }

  /** Returns the arithmetic mean. */
  public double mean() {
    return Moments.mean(values);
  }

  /** Returns the standard deviation with the divisor {@code n - 1}; 0 for a single value. */
  public double sd() {
    return values.length == 1 ? 0 : Math.sqrt(Moments.squares(values) / (values.length - 1));
  }

  /** Returns the median: the middle value, or the mean of the two middle ones. */
  public double median() {
    return quantileOfSorted(sorted, 0.5);
  }

  /**
   * Returns a quantile.
   *
   * @param p from 0 (the minimum) to 1 (the maximum)
   */
  public double quantile(double p) {
    return quantileOfSorted(sorted, p);
  }

  /**
   * Returns the median of the distances from the median, unscaled; times 1.4826 it estimates the
   * standard deviation of a normal distribution. 0 when more than half of the values are equal.
   */
  public double mad() {
    double median = median();
    double[] distances = new double[sorted.length];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.abs(sorted[i] - median);
    }
    Arrays.sort(distances);
    return quantileOfSorted(distances, 0.5);
  }

  /** Returns how much each value resembles the one before it. */
  public Autocorrelation autocorrelation() {
    return Autocorrelation.of(values);
  }

  /**
   * Counts the values beyond Tukey's fences: 1.5 and 3 quartile distances from the quartiles
   * (Tukey, "Exploratory Data Analysis", 1977). When the quartiles are equal, every other value is
   * a severe outlier.
   */
  public Outliers outliers() {
    double q1 = quantile(0.25);
    double q3 = quantile(0.75);
    double reach = q3 - q1;
    int lowSevere = 0;
    int lowMild = 0;
    int highMild = 0;
    int highSevere = 0;
    for (double value : sorted) {
      if (value < q1 - 3 * reach) {
        lowSevere++;
      } else if (value < q1 - 1.5 * reach) {
        lowMild++;
      } else if (value > q3 + 3 * reach) {
        highSevere++;
      } else if (value > q3 + 1.5 * reach) {
        highMild++;
      }
    }
    return new Outliers(lowSevere, lowMild, highMild, highSevere);
  }

  /**
   * Returns an interval of the median from order statistics alone, free of assumptions about the
   * distribution but for independence: the ranks of the binomial distribution, by its normal
   * approximation (David and Nagaraja, "Order Statistics", 2003, section 7.1). Cheap enough to
   * decide after every block whether to go on. Where there are too few values for the confidence
   * asked for, it is the whole range.
   *
   * @param z the number of standard deviations, 1.96 for 95 %
   */
  public Interval medianByRanks(double z) {
    int n = sorted.length;
    int low = (int) Math.max(0, Math.floor((n - z * Math.sqrt(n)) / 2) - 1);
    return new Interval(sorted[low], median(), sorted[n - 1 - low]);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Sample that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** Returns the size, the quartiles and the extremes. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "n=%d min=%.6g q1=%.6g median=%.6g q3=%.6g max=%.6g",
        size(),
        min(),
        quantile(0.25),
        median(),
        quantile(0.75),
        max());
  }

  static double quantileOfSorted(double[] sorted, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("A quantile lies between 0 and 1; this one is " + p);
    }
    double position = (sorted.length - 1) * p;
    int below = (int) position;
    if (below == sorted.length - 1) {
      return sorted[below];
    }
    double fraction = position - below;
    return fraction == 0 ? sorted[below] : between(sorted[below], sorted[below + 1], fraction);
  }

  /** Interpolates, and never leaves the two values: rounding must not put a median outside. */
  private static double between(double low, double high, double fraction) {
    double value = low * (1 - fraction) + high * fraction;
    return Math.max(low, Math.min(high, value));
  }
}

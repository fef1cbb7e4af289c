package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.Collection;

/**
 * Numbers in the order they were observed, at least one, none of them NaN. Immutable.
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
    for (double value : values) {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("A sample holds numbers; this one holds NaN.");
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
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Returns the median. */
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

  /** Returns the median of the distances from the median, unscaled. */
  public double mad() {
    double median = median();
    double[] distances = new double[sorted.length];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.abs(sorted[i] - median);
    }
    Arrays.sort(distances);
    return quantileOfSorted(distances, 0.5);
  }

  /** Counts the values beyond Tukey's fences: 1.5 and 3 quartile distances from the quartiles. */
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
   * distribution but for independence: the widest-needed ranks of the binomial distribution, by its
   * normal approximation. Cheap enough to decide after every block whether to go on.
   *
   * @param z the number of standard deviations, 1.96 for 95 %
   */
  public Interval medianByRanks(double z) {
    int n = sorted.length;
    double reach = z * Math.sqrt(n) / 2;
    int low = (int) Math.floor(n / 2.0 - reach);
    int high = (int) Math.ceil(n / 2.0 + reach);
    return new Interval(sorted[Math.max(0, low)], median(), sorted[Math.min(n - 1, high)]);
  }

  static double quantileOfSorted(double[] sorted, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("A quantile lies between 0 and 1; this one is " + p + ".");
    }
    double position = (sorted.length - 1) * p;
    int below = (int) position;
    if (below == sorted.length - 1) {
      return sorted[below];
    }
    double fraction = position - below;
    return fraction == 0
        ? sorted[below]
        : sorted[below] * (1 - fraction) + sorted[below + 1] * fraction;
  }
}

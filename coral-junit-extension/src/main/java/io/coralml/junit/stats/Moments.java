package io.coralml.junit.stats;

/** Sums, means and squares of arrays, without losing what is small beside what is large. */
final class Moments {
  private Moments() {}

  /** Returns the mean in two passes: the second one takes back the rounding of the first. */
  static double mean(double[] values) {
    int n = values.length;
    double first = 0;
    for (double value : values) {
      first += value / n;
    }
    double rest = 0;
    for (double value : values) {
      rest += (value - first) / n;
    }
    return first + rest;
  }

  /** Returns the sum of the squared distances from the mean. */
  static double squares(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum;
  }
}

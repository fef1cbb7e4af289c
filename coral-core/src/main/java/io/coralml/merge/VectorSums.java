package io.coralml.merge;

/**
 * Squared norms and inner product of two vectors that arrive in blocks, and the squared norm of a
 * third, their difference. Sums are kept in double, those of 256 elements added up with Neumaier's
 * compensation (1974), and each vector is scaled by a power of two that follows its largest
 * element, so that neither squares of huge numbers overflow nor those of tiny ones vanish. The
 * order of additions is fixed, so the result is the same on every machine. Not thread-safe.
 */
final class VectorSums {
  private static final int RUN = 256;

  private final Scale first = new Scale();
  private final Scale second = new Scale();
  private final Scale difference = new Scale();
  private final Compensated firstSquared = new Compensated();
  private final Compensated secondSquared = new Compensated();
  private final Compensated differenceSquared = new Compensated();
  private final Compensated product = new Compensated();

  /** Adds the next elements of both vectors; all finite. */
  void add(double[] a, double[] b, int length) {
    int grownA = first.follow(a, length);
    int grownB = second.follow(b, length);
    firstSquared.scale(-2 * grownA);
    secondSquared.scale(-2 * grownB);
    product.scale(-grownA - grownB);
    firstSquared.addProducts(a, first.factor, a, first.factor, length);
    secondSquared.addProducts(b, second.factor, b, second.factor, length);
    product.addProducts(a, first.factor, b, second.factor, length);
  }

  /** Adds the next elements of the difference. */
  void addDifference(double[] d, int length) {
    differenceSquared.scale(-2 * difference.follow(d, length));
    differenceSquared.addProducts(d, difference.factor, d, difference.factor, length);
  }

  /** Returns the cosine of the angle between the vectors; NaN if either is zero. */
  double cosine() {
    double norms = Math.sqrt(firstSquared.total()) * Math.sqrt(secondSquared.total());
    return Math.max(-1, Math.min(1, product.total() / norms));
  }

  /** Returns the norm of the difference over that of the first: 0 if both are zero. */
  double relativeDifference() {
    if (differenceSquared.total() == 0) {
      return 0;
    }
    double ratio = Math.sqrt(differenceSquared.total()) / Math.sqrt(firstSquared.total());
    return Math.scalb(ratio, difference.exponent - first.exponent);
  }

  /** Returns whether the first vector is zero so far. */
  boolean isFirstZero() {
    return firstSquared.total() == 0;
  }

  /** Returns whether the second vector is zero so far. */
  boolean isSecondZero() {
    return secondSquared.total() == 0;
  }

  /** The power of two a vector is divided by. */
  private static final class Scale {
    // Far enough from the ends of double that the factor and its inverse are both normal.
    private static final int LOWEST = -1000;
    private int exponent = LOWEST;
    private double factor = Math.scalb(1.0, -LOWEST);

    /** Follows the largest element; returns by how much the exponent grew. */
    int follow(double[] values, int length) {
      double largest = 0;
      for (int i = 0; i < length; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      int grown = Math.max(0, Math.getExponent(largest) - exponent);
      if (grown > 0) {
        exponent += grown;
        factor = Math.scalb(1.0, -exponent);
      }
      return grown;
    }
  }

  /** A running sum with Neumaier's compensation. */
  private static final class Compensated {
    private double sum;
    private double lost;

    void scale(int exponent) {
      if (exponent != 0) {
        sum = Math.scalb(sum, exponent);
        lost = Math.scalb(lost, exponent);
      }
    }

    void addProducts(double[] x, double xFactor, double[] y, double yFactor, int length) {
      for (int from = 0; from < length; from += RUN) {
        int to = Math.min(from + RUN, length);
        double run = 0;
        for (int i = from; i < to; i++) {
          run += (x[i] * xFactor) * (y[i] * yFactor);
        }
        add(run);
      }
    }

    private void add(double value) {
      double total = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
      sum = total;
    }

    double total() {
      return sum + lost;
    }
  }
}

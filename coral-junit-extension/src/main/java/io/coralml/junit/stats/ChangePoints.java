package io.coralml.junit.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds where a series changed, any number of times, with no assumption about its distribution:
 * E-divisive (Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of
 * Multivariate Data", 2014).
 *
 * <p>A stretch of {@code n} values is split into {@code m} and {@code k} where the energy distance
 * {@code (2 / mk) sum |x - y| - (2 / m(m-1)) sum |x - x'| - (2 / k(k-1)) sum |y - y'|}, weighted by
 * {@code mk / (m + k)}, is largest, and the split is kept when at most a share {@code significance}
 * of shuffled stretches reaches that weight. Both parts are then searched in turn. Against the
 * original a split always reaches to the end of its stretch.
 *
 * <p>Assumes values that can be exchanged between two changes; a slow drift is found as stairs. A
 * series shorter than two smallest stretches, and a constant one, has no change points. Takes a
 * time proportional to {@code n^2} per shuffle: made for a history of some hundred runs.
 */
public final class ChangePoints {
  private final int shortest;
  private final int shuffles;
  private final double significance;
  private final long seed;

  private record Split(int at, double weight) {}

  /** Creates a search with stretches of at least 5 values and a significance of 0.01. */
  public ChangePoints(long seed) {
    this(5, 199, 0.01, seed);
  }

  /**
   * Creates a search.
   *
   * @param shortest how many values a stretch has at least; 2 or more
   * @param shuffles how often a stretch is shuffled; {@code 1 / significance} or more
   * @param significance how often a series without a change may show one
   * @param seed the seed of the shuffling
   */
  public ChangePoints(int shortest, int shuffles, double significance, long seed) {
    if (shortest < 2) {
      throw new IllegalArgumentException(
          "A stretch between change points has at least 2 values; asked for " + shortest);
    }
    if (!(significance > 0 && significance < 1) || shuffles + 1 < 1 / significance) {
      throw new IllegalArgumentException(
          "A significance of "
              + significance
              + " lies between 0 and 1 and needs 1 / significance shuffles; got "
              + shuffles);
    }
    this.shortest = shortest;
    this.shuffles = shuffles;
    this.significance = significance;
    this.seed = seed;
  }

  /** Returns the change points in the order of time. */
  public List<ChangePoint> find(Sample series) {
    double[] values = series.values();
    SortedMap<Integer, Double> found = new TreeMap<>();
    search(values, 0, values.length, new Draws(seed), found);
    List<ChangePoint> points = new ArrayList<>();
    List<Integer> places = new ArrayList<>(found.keySet());
    for (int i = 0; i < places.size(); i++) {
      int from = i == 0 ? 0 : places.get(i - 1);
      int at = places.get(i);
      int to = i + 1 == places.size() ? values.length : places.get(i + 1);
      points.add(
          new ChangePoint(at, median(values, from, at), median(values, at, to), found.get(at)));
    }
    return points;
  }

  private void search(
      double[] values, int from, int to, Draws draws, SortedMap<Integer, Double> found) {
    if (to - from < 2 * shortest) {
      return;
    }
    double[] stretch = Arrays.copyOfRange(values, from, to);
    Split best = split(stretch);
    if (best.weight <= 0) {
      return;
    }
    int reached = 0;
    for (int i = 0; i < shuffles; i++) {
      shuffle(stretch, draws);
      reached += split(stretch).weight >= best.weight ? 1 : 0;
    }
    double pValue = (1.0 + reached) / (1 + shuffles);
    if (pValue <= significance) {
      found.put(from + best.at, pValue);
      search(values, from, from + best.at, draws, found);
      search(values, from + best.at, to, draws, found);
    }
  }

  /** Moves one value after the other from the right part to the left and keeps the sums up. */
  private Split split(double[] x) {
    int n = x.length;
    double left = 0;
    double right = 0;
    double between = 0;
    for (double value : x) {
      right += distances(x, value, 0, n);
    }
    right /= 2;
    Split best = new Split(0, 0);
    for (int m = 1; m <= n - shortest; m++) {
      double toLeft = distances(x, x[m - 1], 0, m - 1);
      double toRight = distances(x, x[m - 1], m, n);
      between += toRight - toLeft;
      left += toLeft;
      right -= toRight;
      if (m >= shortest) {
        double k = n - m;
        double energy =
            2 * between / (m * k) - 2 * left / (m * (m - 1.0)) - 2 * right / (k * (k - 1));
        double weight = m * k / n * energy;
        best = weight > best.weight ? new Split(m, weight) : best;
      }
    }
    return best;
  }

  private static double distances(double[] x, double value, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.abs(x[i] - value);
    }
    return sum;
  }

  private static void shuffle(double[] x, Draws draws) {
    for (int i = x.length - 1; i > 0; i--) {
      int j = draws.below(i + 1);
      double kept = x[i];
      x[i] = x[j];
      x[j] = kept;
    }
  }

  private static double median(double[] values, int from, int to) {
    return Sample.of(Arrays.copyOfRange(values, from, to)).median();
  }
}

package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Control of the false-discovery rate over many tests: of a hundred benchmarks that did not change,
 * one is beyond its 99 % interval by chance; here the share of false alarms among all alarms is
 * bounded instead.
 *
 * <p>The procedure of Benjamini and Hochberg ("Controlling the False Discovery Rate", 1995): with
 * the p-values in ascending order, the largest {@code i} with {@code p(i) <= q i / m}, and all
 * before it, are discoveries. Holds for independent and for positively dependent tests, which
 * benchmarks on one machine are. No tests give no discoveries; equal p-values share one fate.
 */
public final class FalseDiscovery {
  private FalseDiscovery() {}

  /**
   * Returns for each test the smallest rate at which it would be a discovery, never below its own
   * p-value.
   *
   * @param pValues from 0 to 1, in any order
   */
  public static double[] adjusted(double... pValues) {
    for (double p : pValues) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("A p-value lies between 0 and 1; this one is " + p);
      }
    }
    int m = pValues.length;
    Integer[] descending = new Integer[m];
    Arrays.setAll(descending, i -> i);
    Arrays.sort(descending, Comparator.comparingDouble((Integer i) -> -pValues[i]));
    double[] adjusted = new double[m];
    double smallest = 1;
    for (int i = 0; i < m; i++) {
      int test = descending[i];
      smallest = Math.min(smallest, pValues[test] * m / (m - i));
      adjusted[test] = Math.max(smallest, pValues[test]);
    }
    return adjusted;
  }

  /**
   * Tells for each test whether it is a discovery.
   *
   * @param rate the share of false ones among the discoveries that is put up with, such as 0.01
   * @param pValues from 0 to 1, in any order
   */
  public static boolean[] discoveries(double rate, double... pValues) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "A false-discovery rate lies between 0 and 1; this one is " + rate);
    }
    double[] adjusted = adjusted(pValues);
    boolean[] discoveries = new boolean[adjusted.length];
    for (int i = 0; i < adjusted.length; i++) {
      discoveries[i] = adjusted[i] <= rate;
    }
    return discoveries;
  }
}

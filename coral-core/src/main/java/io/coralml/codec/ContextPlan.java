package io.coralml.codec;

import java.util.Arrays;

/**
 * Which exponents of the base get a context of their own: a run of them, one context each, the
 * first with everything above, the last with everything below. Precision gained weighs against
 * tables stored.
 *
 * @param topExponent the highest exponent of the run, as a row of the histogram
 * @param contexts how many contexts there are
 * @param bits what the symbols of the whole chunk will cost
 */
record ContextPlan(int topExponent, int contexts, double bits) {
  private static final int CODES = Buckets.CODES;

  /**
   * Plans at most {@code most} contexts.
   *
   * @param histogram counts of {@value Buckets#CODES} codes for each row, of a sample
   * @param from the lowest row that occurs
   * @param to the highest row that occurs
   * @param codes how many of the codes occur at all: a bound on the highest
   * @param scale elements of the chunk for each one of the sample
   */
  static ContextPlan of(int[] histogram, int from, int to, int codes, double scale, int most) {
    int rows = to - from + 1;
    double[] below = merged(histogram, from, 1, rows, codes, scale);
    ContextPlan best = new ContextPlan(to, 1, below[rows - 1]);
    if (most == 1 || rows == 1) {
      return best;
    }
    double[] above = merged(histogram, to, -1, rows, codes, scale);
    // Costs of the first so many rows, each by itself.
    double[] apart = new double[rows + 1];
    for (int row = 0; row < rows; row++) {
      int[] counts = Arrays.copyOfRange(histogram, (from + row) * CODES, (from + row + 1) * CODES);
      apart[row + 1] = apart[row] + cost(counts, codes, scale);
    }
    for (int high = 1; high < rows; high++) {
      for (int low = Math.max(0, high - most + 1); low < high; low++) {
        double bits = above[rows - 1 - high] + apart[high] - apart[low + 1] + below[low];
        if (bits < best.bits) {
          best = new ContextPlan(from + high, high - low + 1, bits);
        }
      }
    }
    return best;
  }

  /** Returns what the first one, two, three and so on rows cost in one context. */
  private static double[] merged(
      int[] histogram, int first, int step, int rows, int codes, double scale) {
    double[] costs = new double[rows];
    int[] sum = new int[codes];
    for (int i = 0; i < rows; i++) {
      int row = (first + i * step) * CODES;
      for (int code = 0; code < codes; code++) {
        sum[code] += histogram[row + code];
      }
      costs[i] = cost(sum, codes, scale);
    }
    return costs;
  }

  private static double cost(int[] counts, int codes, double scale) {
    return Entropy.bits(counts, 0, codes) * scale + Entropy.tableBits(counts, 0, codes);
  }
}

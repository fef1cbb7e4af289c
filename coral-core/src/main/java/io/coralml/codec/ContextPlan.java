package io.coralml.codec;

/**
 * Which exponents of the base get a context of their own: a run of them, one context each, the
 * first with everything above, the last with everything below. Precision gained weighs against
 * tables stored.
 *
 * @param topExponent the highest exponent of the run
 * @param contexts how many contexts there are
 * @param bits what the symbols of the whole chunk will cost
 */
record ContextPlan(int topExponent, int contexts, double bits) {
  private static final int CODES = DeltaSample.CODES;

  /**
   * Plans at most {@code most} contexts.
   *
   * @param codes how many of the sample's codes occur at all: a bound on the highest
   * @param scale elements of the chunk for each one of the sample
   */
  static ContextPlan of(DeltaSample sample, int codes, double scale, int most) {
    int rows = sample.rows();
    int[][] counts = occurring(sample, codes);
    double[] below = merged(counts, 0, 1, scale);
    ContextPlan best = new ContextPlan(sample.firstExponent() + rows - 1, 1, below[rows - 1]);
    if (most == 1 || rows == 1) {
      return best;
    }
    double[] above = merged(counts, rows - 1, -1, scale);
    // Costs of the first so many rows, each by itself.
    double[] apart = new double[rows + 1];
    for (int row = 0; row < rows; row++) {
      apart[row + 1] = apart[row] + cost(counts[row], scale);
    }
    for (int high = 1; high < rows; high++) {
      for (int low = Math.max(0, high - most + 1); low < high; low++) {
        double bits = above[rows - 1 - high] + apart[high] - apart[low + 1] + below[low];
        if (bits < best.bits) {
          best = new ContextPlan(sample.firstExponent() + high, high - low + 1, bits);
        }
      }
    }
    return best;
  }

  /** Returns the counts of each row without the codes that occur in none. */
  private static int[][] occurring(DeltaSample sample, int codes) {
    int[] any = sample.occurring(codes);
    int[][] counts = new int[sample.rows()][any.length];
    for (int row = 0; row < counts.length; row++) {
      for (int i = 0; i < any.length; i++) {
        counts[row][i] = sample.counts()[row * CODES + any[i]];
      }
    }
    return counts;
  }

  /** Returns what the first one, two, three and so on rows cost in one context. */
  private static double[] merged(int[][] counts, int first, int step, double scale) {
    double[] costs = new double[counts.length];
    int[] sum = new int[counts[first].length];
    for (int i = 0; i < counts.length; i++) {
      int[] row = counts[first + i * step];
      for (int code = 0; code < sum.length; code++) {
        sum[code] += row[code];
      }
      costs[i] = cost(sum, scale);
    }
    return costs;
  }

  private static double cost(int[] counts, double scale) {
    int codes = counts.length;
    return Entropy.bits(counts, 0, codes) * scale + Entropy.tableBits(counts, 0, codes);
  }
}

package io.coralml.codec;

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
    int[][] counts = occurring(histogram, from, rows, codes);
    double[] below = merged(counts, 0, 1, scale);
    ContextPlan best = new ContextPlan(to, 1, below[rows - 1]);
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
          best = new ContextPlan(from + high, high - low + 1, bits);
        }
      }
    }
    return best;
  }

  /** Returns the counts of each row without the codes that occur in none. */
  private static int[][] occurring(int[] histogram, int from, int rows, int codes) {
    int[] any = new int[codes];
    for (int row = from; row < from + rows; row++) {
      for (int code = 0; code < codes; code++) {
        any[code] |= histogram[row * CODES + code];
      }
    }
    int used = 0;
    for (int code = 0; code < codes; code++) {
      if (any[code] != 0) {
        any[used++] = code;
      }
    }
    int[][] counts = new int[rows][used];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < used; i++) {
        counts[row][i] = histogram[(from + row) * CODES + any[i]];
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

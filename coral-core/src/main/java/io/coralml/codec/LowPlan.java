package io.coralml.codec;

import java.util.Arrays;

/**
 * How many low bits of differences to store as they are, and how far exact differences reach: such
 * that nearly all are exact, for these are fastest, and next to nothing is lost.
 *
 * @param low bits to store as they are
 * @param reach the farthest exact difference
 */
record LowPlan(int low, int reach) {
  private static final int CODES = Buckets.CODES;

  /** Codes of difference symbols are below this. */
  private static final int DIFFERENCES = 256;

  /** At most this share of the differences should not be exact. */
  private static final double FEW = 0.05;

  /** If no more than this share lies beyond, exact differences need to reach less far. */
  private static final double RARE = 0.02;

  private static final int LEAST_REACH = 7;

  /**
   * Plans.
   *
   * @param histogram counts of {@value Buckets#CODES} codes for each row, of a sample
   * @param from the lowest row that occurs
   * @param to the highest row that occurs
   * @param fraction of the codes' buckets, at most 2
   * @param bits of a difference
   * @param farthest how far exact differences may reach
   * @param mostLoss bits by which the sample may grow
   */
  static LowPlan of(
      int[] histogram, int from, int to, int fraction, int bits, int farthest, double mostLoss) {
    int[] total = new int[DIFFERENCES];
    for (int row = from; row <= to; row++) {
      for (int code = 0; code < DIFFERENCES; code++) {
        total[code] += histogram[row * CODES + code];
      }
    }
    int low = 0;
    while (low < bits - 1 && beyond(total, fraction, (farthest + 1L) << low) > FEW) {
      low++;
    }
    while (low > 0 && loss(histogram, from, to, fraction, low) > mostLoss) {
      low--;
    }
    int reach = farthest;
    while (reach > LEAST_REACH && beyond(total, fraction, (reach / 2 + 1L) << low) <= RARE) {
      reach /= 2;
    }
    return new LowPlan(low, reach);
  }

  /** Returns the share of the differences that are at least so far from 0. */
  private static double beyond(int[] total, int fraction, long distance) {
    long count = 0;
    long all = 1;
    for (int code = 0; code < DIFFERENCES; code++) {
      boolean far = Math.abs((long) Buckets.start(code, fraction)) >= distance;
      count += far ? total[code] : 0;
      all += total[code];
    }
    return (double) count / all;
  }

  /** Returns how many bits the sample grows by if so many low bits are not coded. */
  private static double loss(int[] histogram, int from, int to, int fraction, int low) {
    double loss = 0;
    int[] joined = new int[DIFFERENCES + 8];
    for (int row = from; row <= to; row++) {
      Arrays.fill(joined, 0);
      int first = row * CODES;
      for (int code = 0; code < DIFFERENCES; code++) {
        int start = Buckets.start(code, fraction) >> low;
        boolean near = start >= -4 && start < 4;
        int count = histogram[first + code];
        joined[near ? DIFFERENCES + 4 + start : code] += count;
        loss += near ? count * (double) (low - Buckets.bits(code, fraction)) : 0;
      }
      loss += Entropy.bits(joined, 0, joined.length);
      loss -= Entropy.bits(histogram, first, first + DIFFERENCES);
    }
    return loss;
  }
}

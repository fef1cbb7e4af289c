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
  private static final int CODES = DeltaSample.CODES;

  /** At most this share of the differences should not be exact. */
  private static final double FEW = 0.05;

  /** If no more than this share lies beyond, exact differences need to reach less far. */
  private static final double RARE = 0.02;

  private static final int LEAST_REACH = 7;

  /** Differences from this less than 0 to 1 less than this have a symbol each. */
  private static final int NEAR = 4;

  /**
   * Plans.
   *
   * @param sample of differences
   * @param fraction of the codes' buckets, at most 2
   * @param bits of a difference
   * @param farthest how far exact differences may reach
   * @param mostLoss bits by which the sample may grow
   */
  static LowPlan of(DeltaSample sample, int fraction, int bits, int farthest, double mostLoss) {
    int[] codes = sample.occurring(DeltaSample.ABSOLUTE);
    int[] starts = new int[codes.length];
    Arrays.setAll(starts, i -> Buckets.start(codes[i], fraction));
    long[] totals = new long[codes.length];
    for (int row = 0; row < sample.rows(); row++) {
      for (int i = 0; i < codes.length; i++) {
        totals[i] += sample.counts()[row * CODES + codes[i]];
      }
    }
    int low = 0;
    while (low < bits - 1 && beyond(totals, starts, (farthest + 1L) << low) > FEW) {
      low++;
    }
    if (low > 0) {
      int[] widths = new int[codes.length];
      Arrays.setAll(widths, i -> Buckets.bits(codes[i], fraction));
      double bitsNow = bits(sample, codes);
      while (low > 0 && loss(sample, codes, starts, widths, low) - bitsNow > mostLoss) {
        low--;
      }
    }
    int reach = farthest;
    while (reach > LEAST_REACH && beyond(totals, starts, (reach / 2 + 1L) << low) <= RARE) {
      reach /= 2;
    }
    return new LowPlan(low, reach);
  }

  /** Returns the share of the differences that are at least so far from 0. */
  private static double beyond(long[] totals, int[] starts, long distance) {
    long count = 0;
    long all = 1;
    for (int i = 0; i < totals.length; i++) {
      count += Math.abs((long) starts[i]) >= distance ? totals[i] : 0;
      all += totals[i];
    }
    return (double) count / all;
  }

  private static double bits(DeltaSample sample, int[] codes) {
    double bits = 0;
    for (int row = 0; row < sample.rows(); row++) {
      bits += Entropy.bits(sample.counts(), row * CODES, codes);
    }
    return bits;
  }

  /** Returns the bits of the sample's symbols, and those that it grows by, without low bits. */
  private static double loss(DeltaSample sample, int[] codes, int[] starts, int[] widths, int low) {
    int[] histogram = sample.counts();
    double loss = 0;
    int[] joined = new int[codes.length + 2 * NEAR];
    for (int row = 0; row < sample.rows(); row++) {
      Arrays.fill(joined, 0);
      for (int i = 0; i < codes.length; i++) {
        int start = starts[i] >> low;
        boolean near = start >= -NEAR && start < NEAR;
        int count = histogram[row * CODES + codes[i]];
        joined[near ? codes.length + NEAR + start : i] += count;
        loss += near ? count * (double) (low - widths[i]) : 0;
      }
      loss += Entropy.bits(joined, 0, joined.length);
    }
    return loss;
  }
}

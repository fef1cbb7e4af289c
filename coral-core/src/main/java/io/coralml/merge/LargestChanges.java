package io.coralml.merge;

import io.coralml.tensor.TensorSource;
import java.util.Arrays;

/**
 * The largest changes of one side, by magnitude, as a threshold: exact, found without keeping the
 * changes in memory. Non-negative doubles are ordered as their bits are, so the threshold is
 * narrowed 16 bits at a time with a histogram (a radix selection); as soon as few enough candidates
 * share the bits known so far they are collected and sorted. Two passes over a tensor of ordinary
 * size, four at most, and 8 MiB of memory at most, whatever its size.
 *
 * <p>All changes as large as the threshold are kept, so ties may keep a few more than asked for,
 * and the result does not depend on their order. NaN counts as larger than infinity: it is never
 * trimmed away.
 */
final class LargestChanges {
  private static final int RADIX_BITS = 16;
  private static final int RADIX = 1 << RADIX_BITS;
  private static final int COLLECTED = 1 << 20;

  private final long threshold;

  private LargestChanges(long threshold) {
    this.threshold = threshold;
  }

  /**
   * @param density the share of elements to keep, above 0 and at most 1; at least one is kept
   */
  static LargestChanges of(TensorSource base, TensorSource side, double density) {
    long elements = side.shape().elements();
    if (density >= 1 || elements == 0) {
      return new LargestChanges(0);
    }
    long kept = Math.max(1, (long) Math.ceil(density * elements));
    return new LargestChanges(new Selection(base, side).largest(kept));
  }

  /** Returns the change if it is among the largest, else 0. */
  double trim(double change) {
    return magnitude(change) >= threshold ? change : 0;
  }

  private static long magnitude(double change) {
    return Double.doubleToLongBits(Math.abs(change));
  }

  /** Finds the k-th largest magnitude. */
  private static final class Selection {
    private final TensorSource base;
    private final TensorSource side;
    private final FloatFormat format;

    Selection(TensorSource base, TensorSource side) {
      this.base = base;
      this.side = side;
      this.format = FloatFormat.of(side.dtype());
    }

    /** Returns the magnitude of rank {@code rank}, 1 being the largest. */
    long largest(long rank) {
      long prefix = 0;
      long left = rank;
      for (int unknown = Long.SIZE - RADIX_BITS; ; unknown -= RADIX_BITS) {
        long[] histogram = histogram(prefix, unknown);
        int bucket = RADIX - 1;
        while (histogram[bucket] < left) {
          left -= histogram[bucket];
          bucket--;
        }
        prefix = (prefix << RADIX_BITS) | bucket;
        if (unknown == 0 || histogram[bucket] == left) {
          return prefix << unknown;
        }
        if (histogram[bucket] <= COLLECTED) {
          return collected(prefix, unknown, (int) histogram[bucket], (int) left);
        }
      }
    }

    /** Counts the next 16 bits of the magnitudes that begin with the prefix. */
    private long[] histogram(long prefix, int unknown) {
      long[] counts = new long[RADIX];
      BlockCursor cursor = new BlockCursor(side.shape().elements(), base, side);
      while (cursor.next()) {
        for (int i = 0; i < cursor.length(); i++) {
          long bits = magnitude(cursor, i) >>> unknown;
          if (bits >>> RADIX_BITS == prefix) {
            counts[(int) bits & (RADIX - 1)]++;
          }
        }
      }
      return counts;
    }

    private long collected(long prefix, int unknown, int count, int rank) {
      long[] candidates = new long[count];
      int found = 0;
      BlockCursor cursor = new BlockCursor(side.shape().elements(), base, side);
      while (cursor.next()) {
        for (int i = 0; i < cursor.length(); i++) {
          long bits = magnitude(cursor, i);
          if (bits >>> unknown == prefix) {
            candidates[found++] = bits;
          }
        }
      }
      Arrays.sort(candidates);
      return candidates[count - rank];
    }

    private long magnitude(BlockCursor cursor, int index) {
      return LargestChanges.magnitude(
          ChangeSum.change(format, cursor.bits(0, index), cursor.bits(1, index)));
    }
  }
}

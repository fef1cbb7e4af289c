package io.coralml.codec;

/**
 * The encoder's loops from a block's differences to codes: without branches, which a block's few
 * inexact differences would have the processor predict wrongly.
 */
final class DeltaCodes {
  private DeltaCodes() {}

  /** Stands for a difference that is not exact until its code is found: behind all exact codes. */
  static int notExact(int reach) {
    return 2 * reach + 1;
  }

  /** Finds the codes of differences in one context; flags are 1 where they are not exact. */
  static void find(int[] difference, int shift, int[] into, int[] flags, int count, int distance) {
    int most = 2 * distance;
    int notExact = notExact(distance);
    for (int i = 0; i < count; i++) {
      int code = (difference[i] >> shift) + distance;
      int outside = (code | (most - code)) >> 31;
      into[i] = code ^ ((code ^ notExact) & outside);
      flags[i] = -outside;
    }
  }

  /**
   * Finds the codes of differences in their contexts; flags are 1 where they are not exact, or the
   * exponent is one of those with absolute symbols. In two loops: of one for everything C2 makes
   * code that takes half as long again.
   */
  static void find(
      int[] difference,
      int shift,
      int[] exponents,
      int[] into,
      int[] flags,
      int count,
      int distance,
      int top,
      int last,
      int size,
      int absoluteUpTo) {
    rows(exponents, into, count, top, last, size);
    add(difference, shift, exponents, into, flags, count, distance, absoluteUpTo);
  }

  private static void rows(int[] exponents, int[] into, int count, int top, int last, int size) {
    for (int i = 0; i < count; i++) {
      int below = top - exponents[i];
      below &= ~(below >> 31);
      int beyond = below - last;
      into[i] = (last + (beyond & (beyond >> 31))) * size;
    }
  }

  private static void add(
      int[] difference,
      int shift,
      int[] exponents,
      int[] into,
      int[] flags,
      int count,
      int distance,
      int absoluteUpTo) {
    int most = 2 * distance;
    int notExact = notExact(distance);
    for (int i = 0; i < count; i++) {
      int code = (difference[i] >> shift) + distance;
      int outside = (code | (most - code) | (exponents[i] - absoluteUpTo - 1)) >> 31;
      into[i] += code ^ ((code ^ notExact) & outside);
      flags[i] = -outside;
    }
  }

  /**
   * Counts all codes and lists where the flags are 1. Sixteen at a time, whose flags become bits of
   * a mask: it takes no store for each of the many that are 0. So large a method HotSpot does not
   * inline; within its caller one was measured to take up to three times as long, in some runs and
   * not in others.
   */
  static int count(int[] codes, int[] flags, int count, int[] histogram, int[] places) {
    int listed = 0;
    int i = 0;
    while (i < count - 63) {
      long mask = 0;
      for (int shift = 0; shift < 64; shift += 16) {
        histogram[codes[i]]++;
        histogram[codes[i + 1]]++;
        histogram[codes[i + 2]]++;
        histogram[codes[i + 3]]++;
        histogram[codes[i + 4]]++;
        histogram[codes[i + 5]]++;
        histogram[codes[i + 6]]++;
        histogram[codes[i + 7]]++;
        histogram[codes[i + 8]]++;
        histogram[codes[i + 9]]++;
        histogram[codes[i + 10]]++;
        histogram[codes[i + 11]]++;
        histogram[codes[i + 12]]++;
        histogram[codes[i + 13]]++;
        histogram[codes[i + 14]]++;
        histogram[codes[i + 15]]++;
        int bits =
            flags[i]
                | (flags[i + 1] << 1)
                | (flags[i + 2] << 2)
                | (flags[i + 3] << 3)
                | (flags[i + 4] << 4)
                | (flags[i + 5] << 5)
                | (flags[i + 6] << 6)
                | (flags[i + 7] << 7)
                | (flags[i + 8] << 8)
                | (flags[i + 9] << 9)
                | (flags[i + 10] << 10)
                | (flags[i + 11] << 11)
                | (flags[i + 12] << 12)
                | (flags[i + 13] << 13)
                | (flags[i + 14] << 14)
                | (flags[i + 15] << 15);
        mask |= (long) bits << shift;
        i += 16;
      }
      listed = list(mask, i - 64, places, listed);
    }
    for (; i < count; i++) {
      histogram[codes[i]]++;
      places[listed] = i;
      listed += flags[i];
    }
    return listed;
  }

  private static int list(long mask, int from, int[] places, int listed) {
    int next = listed;
    for (long left = mask; left != 0; left &= left - 1) {
      places[next++] = from + Long.numberOfTrailingZeros(left);
    }
    return next;
  }

  /** Lists where the flags are 1, likewise and as large, but counts nothing. */
  static int list(int[] flags, int count, int[] places) {
    int listed = 0;
    int i = 0;
    while (i < count - 63) {
      long mask = 0;
      for (int shift = 0; shift < 64; shift += 16) {
        int bits =
            flags[i]
                | (flags[i + 1] << 1)
                | (flags[i + 2] << 2)
                | (flags[i + 3] << 3)
                | (flags[i + 4] << 4)
                | (flags[i + 5] << 5)
                | (flags[i + 6] << 6)
                | (flags[i + 7] << 7)
                | (flags[i + 8] << 8)
                | (flags[i + 9] << 9)
                | (flags[i + 10] << 10)
                | (flags[i + 11] << 11)
                | (flags[i + 12] << 12)
                | (flags[i + 13] << 13)
                | (flags[i + 14] << 14)
                | (flags[i + 15] << 15);
        mask |= (long) bits << shift;
        i += 16;
      }
      listed = list(mask, i - 64, places, listed);
    }
    for (; i < count; i++) {
      places[listed] = i;
      listed += flags[i];
    }
    return listed;
  }

  /** Counts one code in some, for all of them. */
  static void sample(int[] rows, int count, int every, int[] histogram) {
    for (int i = 0; i < count; i += every) {
      histogram[rows[i]] += every;
    }
  }

  /** Finds the code of the bucket of a number and stores its verbatim bits. */
  static int bucket(int number, int fraction, BitSink rests) {
    int negative = number >>> 31;
    int magnitude = (number ^ -negative) + negative;
    int width = Math.max(0, 31 - Integer.numberOfLeadingZeros(magnitude | 1) - fraction);
    // The distance to the bucket's least number: of negative ones, whose least is farthest, that is
    // what the magnitude lacks.
    rests.put(magnitude ^ -negative, width);
    return (((magnitude >>> width) + (width << fraction)) << 1) + negative;
  }
}

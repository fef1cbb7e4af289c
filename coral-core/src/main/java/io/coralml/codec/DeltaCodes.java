package io.coralml.codec;

import java.util.Arrays;

/**
 * The encoder's loops from a block's differences to codes: without branches, which a block's few
 * inexact differences would have the processor predict wrongly.
 */
final class DeltaCodes {
  /**
   * The flag of each slot of a block that has one: one bit, another for each of thirty-two, so that
   * {@link #list} need only put them together.
   */
  static final int[] FLAGS = new int[ElementBlock.SIZE];

  static {
    Arrays.setAll(FLAGS, slot -> 1 << slot);
  }

  /** How many places are written behind the last of a list. */
  static final int LIST_SLACK = 3;

  private DeltaCodes() {}

  /** Stands for a difference that is not exact until its code is found: behind all exact codes. */
  static int notExact(int reach) {
    return 2 * reach + 1;
  }

  /** Finds the codes of differences in one context; flags are set where they are not exact. */
  static void find(int[] difference, int shift, int[] into, int[] flags, int count, int distance) {
    int most = 2 * distance;
    int notExact = notExact(distance);
    int[] set = FLAGS;
    for (int i = 0; i < count; i++) {
      int code = (difference[i] >> shift) + distance;
      int outside = (code | (most - code)) >> 31;
      into[i] = code ^ ((code ^ notExact) & outside);
      flags[i] = outside & set[i];
    }
  }

  /**
   * Finds the codes of differences in their contexts; flags are set where they are not exact, or
   * the exponent is one of those with absolute symbols. In two loops: of one for everything C2
   * makes code that takes half as long again.
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
    int[] set = FLAGS;
    for (int i = 0; i < count; i++) {
      int code = (difference[i] >> shift) + distance;
      int outside = (code | (most - code) | (exponents[i] - absoluteUpTo - 1)) >> 31;
      into[i] += code ^ ((code ^ notExact) & outside);
      flags[i] = outside & set[i];
    }
  }

  /** Counts all codes. */
  static void count(int[] codes, int count, int[] histogram) {
    for (int i = 0; i < count; i++) {
      histogram[codes[i]]++;
    }
  }

  /** Returns the bits of eight flags in a row. */
  private static int eight(int[] flags, int i) {
    return flags[i]
        | flags[i + 1]
        | flags[i + 2]
        | flags[i + 3]
        | flags[i + 4]
        | flags[i + 5]
        | flags[i + 6]
        | flags[i + 7];
  }

  /**
   * Lists where flags are not 0. Thirty-two at a time, each of which has a bit of its own: it takes
   * no store for each of the many that are 0, and no shift. Three of them are listed whether there
   * are as many or not, for the processor would not foresee how many there are.
   *
   * @param flags 0 or as {@link #FLAGS} has them
   * @param places receives the indexes, ascending, and up to {@value #LIST_SLACK} more that mean
   *     nothing
   * @return how many there are
   */
  static int list(int[] flags, int count, int[] places) {
    int listed = 0;
    int groups = count >> 5;
    for (int group = 0; group < groups; group++) {
      int i = group << 5;
      int left =
          eight(flags, i) | eight(flags, i + 8) | eight(flags, i + 16) | eight(flags, i + 24);
      int next = listed;
      listed += Integer.bitCount(left);
      places[next] = i + Integer.numberOfTrailingZeros(left);
      left &= left - 1;
      places[next + 1] = i + Integer.numberOfTrailingZeros(left);
      left &= left - 1;
      places[next + 2] = i + Integer.numberOfTrailingZeros(left);
      left &= left - 1;
      for (next += 3; left != 0; left &= left - 1) {
        places[next++] = i + Integer.numberOfTrailingZeros(left);
      }
    }
    for (int i = groups << 5; i < count; i++) {
      places[listed] = i;
      listed += flags[i] != 0 ? 1 : 0;
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

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
   * Keeps and counts all codes and lists where the flags are 1. Eight at a time: by itself that is
   * no faster, but HotSpot does not inline so large a method; within its caller it was measured to
   * take up to three times as long, in some runs and not in others.
   */
  static int record(
      int[] rows, int[] flags, int count, char[] codes, int from, int[] histogram, int[] places) {
    int listed = 0;
    int i = 0;
    for (; i < count - 7; i += 8) {
      int code0 = rows[i];
      int code1 = rows[i + 1];
      int code2 = rows[i + 2];
      int code3 = rows[i + 3];
      codes[from + i] = (char) code0;
      codes[from + i + 1] = (char) code1;
      codes[from + i + 2] = (char) code2;
      codes[from + i + 3] = (char) code3;
      histogram[code0]++;
      histogram[code1]++;
      histogram[code2]++;
      histogram[code3]++;
      places[listed] = i;
      listed += flags[i];
      places[listed] = i + 1;
      listed += flags[i + 1];
      places[listed] = i + 2;
      listed += flags[i + 2];
      places[listed] = i + 3;
      listed += flags[i + 3];
      int code4 = rows[i + 4];
      int code5 = rows[i + 5];
      int code6 = rows[i + 6];
      int code7 = rows[i + 7];
      codes[from + i + 4] = (char) code4;
      codes[from + i + 5] = (char) code5;
      codes[from + i + 6] = (char) code6;
      codes[from + i + 7] = (char) code7;
      histogram[code4]++;
      histogram[code5]++;
      histogram[code6]++;
      histogram[code7]++;
      places[listed] = i + 4;
      listed += flags[i + 4];
      places[listed] = i + 5;
      listed += flags[i + 5];
      places[listed] = i + 6;
      listed += flags[i + 6];
      places[listed] = i + 7;
      listed += flags[i + 7];
    }
    for (; i < count; i++) {
      int code = rows[i];
      codes[from + i] = (char) code;
      histogram[code]++;
      places[listed] = i;
      listed += flags[i];
    }
    return listed;
  }

  /** Keeps all codes and lists where the flags are 1, likewise and as large, but counts nothing. */
  static int record(int[] rows, int[] flags, int count, char[] codes, int from, int[] places) {
    int listed = 0;
    int i = 0;
    for (; i < count - 7; i += 8) {
      codes[from + i] = (char) rows[i];
      codes[from + i + 1] = (char) rows[i + 1];
      codes[from + i + 2] = (char) rows[i + 2];
      codes[from + i + 3] = (char) rows[i + 3];
      places[listed] = i;
      listed += flags[i];
      places[listed] = i + 1;
      listed += flags[i + 1];
      places[listed] = i + 2;
      listed += flags[i + 2];
      places[listed] = i + 3;
      listed += flags[i + 3];
      codes[from + i + 4] = (char) rows[i + 4];
      codes[from + i + 5] = (char) rows[i + 5];
      codes[from + i + 6] = (char) rows[i + 6];
      codes[from + i + 7] = (char) rows[i + 7];
      places[listed] = i + 4;
      listed += flags[i + 4];
      places[listed] = i + 5;
      listed += flags[i + 5];
      places[listed] = i + 6;
      listed += flags[i + 6];
      places[listed] = i + 7;
      listed += flags[i + 7];
    }
    for (; i < count; i++) {
      codes[from + i] = (char) rows[i];
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

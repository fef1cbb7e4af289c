package io.coralml.codec;

import java.util.Arrays;

/**
 * How often each code of a difference occurs beside each exponent of the base, in a sample of a
 * chunk's blocks. Only exponents between the least and the greatest that occur have a row. For one
 * thread.
 */
final class DeltaSample {
  /** Codes from here on are absolute symbols; all others are {@link Buckets} of differences. */
  static final int ABSOLUTE = 264;

  /** The most absolute symbols. */
  static final int ABSOLUTES = 64;

  /** How many codes a row has. */
  static final int CODES = ABSOLUTE + ABSOLUTES;

  /** Exponents of which statistics are kept; what is below the window counts as its lowest. */
  private static final int EXPONENTS = 256;

  private final EncoderSpace space;
  private final int fraction;
  private final int floor;
  private int first;
  private int rows;
  private long slots;

  /**
   * @param middleExponent of bases about 1
   * @param fraction of the codes' buckets
   */
  DeltaSample(EncoderSpace space, int middleExponent, int fraction) {
    this.space = space;
    this.fraction = fraction;
    this.floor = Math.max(0, middleExponent - EXPONENTS * 3 / 4);
  }

  /** Forgets everything. */
  void clear() {
    rows = 0;
    slots = 0;
  }

  /** Counts the differences of the block that was loaded last. */
  void add(int count) {
    int[] row = space.rows;
    rows(space.exponents, row, count, floor, EXPONENTS - 1);
    include(least(row, count), greatest(row, count));
    count(space.difference, row, count, first, fraction, space.histogram);
    slots += count;
  }

  private static void rows(int[] exponents, int[] into, int count, int floor, int last) {
    // What Math.min and Math.max would say, in a loop that C2 vectorises.
    for (int i = 0; i < count; i++) {
      int above = exponents[i] - floor;
      above &= ~(above >> 31);
      int beyond = above - last;
      into[i] = last + (beyond & (beyond >> 31));
    }
  }

  private static int least(int[] values, int count) {
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, values[i]);
    }
    return least;
  }

  private static int greatest(int[] values, int count) {
    int greatest = Integer.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      greatest = Math.max(greatest, values[i]);
    }
    return greatest;
  }

  private static void count(
      int[] differences, int[] rows, int count, int first, int fraction, int[] histogram) {
    for (int i = 0; i < count; i++) {
      histogram[(rows[i] - first) * CODES + Buckets.code(differences[i], fraction)]++;
    }
  }

  private void include(int low, int high) {
    if (rows == 0) {
      first = low;
      rows = high - low + 1;
      space.clearHistogram(rows * CODES);
      return;
    }
    int newFirst = Math.min(first, low);
    int newRows = Math.max(first + rows, high + 1) - newFirst;
    if (newRows == rows) {
      return;
    }
    int[] histogram = space.growHistogram(newRows * CODES);
    int from = (first - newFirst) * CODES;
    int length = rows * CODES;
    System.arraycopy(histogram, 0, histogram, from, length);
    Arrays.fill(histogram, 0, from, 0);
    Arrays.fill(histogram, from + length, newRows * CODES, 0);
    first = newFirst;
    rows = newRows;
  }

  /** Returns the counts, {@value #CODES} for each row. */
  int[] counts() {
    return space.histogram;
  }

  /** Returns the number of rows. */
  int rows() {
    return rows;
  }

  /** Returns the exponent of the first row; all lower ones count there. */
  int firstExponent() {
    return first + floor;
  }

  /** Returns the number of slots that were counted. */
  long slots() {
    return slots;
  }

  /** Returns the share of the differences that are 0. */
  double unchanged() {
    long equal = 0;
    for (int row = 0; row < rows; row++) {
      equal += space.histogram[row * CODES];
    }
    return (double) equal / slots;
  }

  /** Returns the codes below a bound that occur in any row, ascending. */
  int[] occurring(int below) {
    int[] any = new int[below];
    int[] counts = space.histogram;
    for (int row = 0; row < rows; row++) {
      int from = row * CODES;
      for (int code = 0; code < below; code++) {
        any[code] |= counts[from + code];
      }
    }
    int number = 0;
    for (int code = 0; code < below; code++) {
      if (any[code] != 0) {
        any[number++] = code;
      }
    }
    return Arrays.copyOf(any, number);
  }
}

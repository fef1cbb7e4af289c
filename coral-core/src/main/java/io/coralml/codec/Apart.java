package io.coralml.codec;

/**
 * Arrays for loops that read some and write others at the same index.
 *
 * <p>A processor takes a load for dependent on an earlier store if their addresses agree in the
 * lowest 12 bits, and waits. Arrays of 2048 numbers that were made one after the other, or moved
 * one behind the other by the garbage collector, are 8208 bytes apart: then a loop meets in each
 * round what it stored in the round before, and takes three to ten times as long, or not, as their
 * order happens to be. So these are longer than asked for, by as much as makes all of them lie 448
 * bytes further in a page than the one before.
 */
final class Apart {
  private static final int PAGE = 4096;
  private static final int DISTANCE = 448;
  private static final int HEADER = 16;

  /** Shorter arrays are done before it matters. */
  private static final int SHORT = 64;

  private Apart() {}

  static int[] ints(int atLeast) {
    return new int[length(atLeast, Integer.BYTES)];
  }

  static long[] longs(int atLeast) {
    return new long[length(atLeast, Long.BYTES)];
  }

  private static int length(int atLeast, int width) {
    if (atLeast < SHORT) {
      return atLeast;
    }
    int bytes = HEADER + atLeast * width;
    return atLeast + Math.floorMod(DISTANCE - bytes, PAGE) / width;
  }
}

package io.coralml.similarity;

/**
 * A run whose numbers stand in one order wherever they are: {@value Run#ID_LONGS} numbers of the
 * identity of each entry, then {@value Sketch#PRINT_LONGS} of the print of each, then all keys,
 * ascending. So runs in memory and in files are read, merged and written alike.
 */
abstract class Sorted extends Run {
  /**
   * Copies numbers in that order.
   *
   * @param from the first, of {@code ENTRY_LONGS} for each entry
   * @param into filled from its beginning
   * @param count how many
   */
  abstract void read(long from, long[] into, int count);

  /** Looks again whether the numbers are those of a run, because they seem to have changed. */
  boolean isSound() {
    return true;
  }

  /** Returns the place of an entry's print. */
  static long printAt(int entries, int entry) {
    return (long) entries * ID_LONGS + (long) entry * Sketch.PRINT_LONGS;
  }

  /** Returns the place of the first key. */
  static long keysAt(int entries) {
    return (long) entries * (ID_LONGS + Sketch.PRINT_LONGS);
  }
}

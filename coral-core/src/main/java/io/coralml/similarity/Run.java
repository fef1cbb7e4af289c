package io.coralml.similarity;

import io.coralml.tensor.TensorId;

/**
 * Sketches by their bands. A band of an entry is a key: the upper {@value #HASH_BITS} bits of its
 * hash, then the number of the entry in {@value #ENTRY_BITS} bits. Keys are ordered as unsigned
 * numbers, so the entries that share a band stand side by side.
 */
abstract class Run implements AutoCloseable {
  static final int ENTRY_BITS = 24;
  static final int HASH_BITS = Long.SIZE - ENTRY_BITS;
  static final int MAX_ENTRIES = 1 << ENTRY_BITS;
  static final int ID_LONGS = TensorId.BYTES / Long.BYTES;

  /** Numbers per entry in a sorted run, in memory as in a file: identity, print and keys. */
  static final int ENTRY_LONGS = ID_LONGS + Sketch.PRINT_LONGS + Sketch.BANDS;

  /** Bytes per entry in a sorted run. */
  static final int ENTRY_BYTES = ENTRY_LONGS * Long.BYTES;

  private static final long ENTRY_MASK = MAX_ENTRIES - 1L;

  static long key(long hash, int entry) {
    return ((hash >>> ENTRY_BITS) << ENTRY_BITS) | entry;
  }

  static int entryOf(long key) {
    return (int) (key & ENTRY_MASK);
  }

  static boolean sameHash(long key, long hash) {
    return key >>> ENTRY_BITS == hash >>> ENTRY_BITS;
  }

  /** Returns how many sketches there are. */
  abstract int entries();

  /** Offers every entry that shares a band with a sketch. */
  abstract void search(Sketch sketch, Hits hits);

  /** Returns the identity of an entry. */
  abstract TensorId id(int entry);

  /** Returns the bytes it takes in memory. */
  abstract long memoryBytes();

  @Override
  public void close() {}
}

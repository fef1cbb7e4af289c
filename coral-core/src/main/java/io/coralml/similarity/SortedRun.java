package io.coralml.similarity;

import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;

/** An immutable run in memory. A band is found by interpolation: hashes are uniform. */
final class SortedRun extends Sorted {
  private final long[] numbers;
  private final int entries;
  private final int keysAt;
  private final int keys;

  /**
   * @param numbers {@link Run#ENTRY_LONGS} for each entry, in the order of {@link Sorted}
   */
  SortedRun(long[] numbers) {
    this.numbers = numbers;
    this.entries = numbers.length / ENTRY_LONGS;
    this.keysAt = (int) keysAt(entries);
    this.keys = entries * Sketch.BANDS;
  }

  @Override
  int entries() {
    return entries;
  }

  @Override
  void read(long from, long[] into, int count) {
    System.arraycopy(numbers, (int) from, into, 0, count);
  }

  @Override
  void search(Sketch sketch, Hits hits) {
    for (long hash : sketch.bands()) {
      for (int i = firstAtLeast(key(hash, 0));
          i < keys && sameHash(numbers[keysAt + i], hash) && !hits.isExhausted();
          i++) {
        int entry = entryOf(numbers[keysAt + i]);
        int at = (int) printAt(entries, entry);
        hits.offer(this, entry, numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]);
      }
    }
  }

  private int firstAtLeast(long key) {
    int guess = (int) unsignedHigh(key, keys);
    int low = guess;
    int high = guess;
    for (int step = 64; low > 0 && !isBelow(low - 1, key); step *= 2) {
      low = Math.max(0, low - step);
    }
    for (int step = 64; high < keys && isBelow(high, key); step *= 2) {
      high = Math.min(keys, high + step);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isBelow(middle, key)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean isBelow(int place, long key) {
    return Long.compareUnsigned(numbers[keysAt + place], key) < 0;
  }

  /** Returns the upper half of the product of two unsigned numbers, the second below 2^31. */
  private static long unsignedHigh(long key, int length) {
    return ((key >>> 32) * length + (((key & 0xFFFF_FFFFL) * length) >>> 32)) >>> 32;
  }

  @Override
  TensorId id(int entry) {
    ByteBuffer bytes = ByteBuffer.allocate(TensorId.BYTES);
    for (int i = 0; i < ID_LONGS; i++) {
      bytes.putLong(numbers[entry * ID_LONGS + i]);
    }
    return TensorId.read(bytes.flip());
  }

  @Override
  long memoryBytes() {
    return 64 + 8L * numbers.length;
  }
}

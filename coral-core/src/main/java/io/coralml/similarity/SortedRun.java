package io.coralml.similarity;

import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongPredicate;

/** An immutable run in memory. A band is found by interpolation: hashes are uniform. */
final class SortedRun extends Run {
  private final long[] ids;
  private final long[] prints;
  private final long[] keys;

  SortedRun(long[] ids, long[] prints, long[] keys) {
    this.ids = ids;
    this.prints = prints;
    this.keys = keys;
  }

  @Override
  int entries() {
    return ids.length / ID_LONGS;
  }

  @Override
  void search(Sketch sketch, Hits hits) {
    for (long hash : sketch.bands()) {
      for (int i = firstAtLeast(key(hash, 0));
          i < keys.length && sameHash(keys[i], hash) && !hits.isExhausted();
          i++) {
        int entry = entryOf(keys[i]);
        int at = entry * Sketch.PRINT_LONGS;
        hits.offer(this, entry, prints[at], prints[at + 1], prints[at + 2], prints[at + 3]);
      }
    }
  }

  private int firstAtLeast(long key) {
    int guess = (int) unsignedHigh(key, keys.length);
    int low = guess;
    int high = guess;
    for (int step = 64; low > 0 && Long.compareUnsigned(keys[low - 1], key) >= 0; step *= 2) {
      low = Math.max(0, low - step);
    }
    for (int step = 64;
        high < keys.length && Long.compareUnsigned(keys[high], key) < 0;
        step *= 2) {
      high = Math.min(keys.length, high + step);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(keys[middle], key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns the upper half of the product of two unsigned numbers, the second below 2^31. */
  private static long unsignedHigh(long key, int length) {
    return ((key >>> 32) * length + (((key & 0xFFFF_FFFFL) * length) >>> 32)) >>> 32;
  }

  @Override
  TensorId id(int entry) {
    ByteBuffer bytes = ByteBuffer.allocate(TensorId.BYTES);
    for (int i = 0; i < ID_LONGS; i++) {
      bytes.putLong(ids[entry * ID_LONGS + i]);
    }
    return TensorId.read(bytes.flip());
  }

  @Override
  long idPrefix(int entry) {
    return ids[entry * ID_LONGS];
  }

  @Override
  long memoryBytes() {
    return 64 + (long) entries() * ENTRY_BYTES;
  }

  long[] ids() {
    return ids;
  }

  long[] prints() {
    return prints;
  }

  long[] keys() {
    return keys;
  }

  /**
   * Returns one run with the entries of two; of tensors that are in both, once.
   *
   * @param alive whether a tensor whose identity begins with these eight bytes may still exist
   */
  static SortedRun merge(SortedRun one, SortedRun two, LongPredicate alive) {
    long[] known = new long[one.entries()];
    for (int i = 0; i < known.length; i++) {
      known[i] = one.idPrefix(i);
    }
    Arrays.sort(known);
    int[] placesOne = new int[one.entries()];
    int[] placesTwo = new int[two.entries()];
    int count = place(one, placesOne, 0, alive);
    count = place(two, placesTwo, count, id -> alive.test(id) && !contains(known, id));
    long[] ids = new long[count * ID_LONGS];
    long[] prints = new long[count * Sketch.PRINT_LONGS];
    one.copy(placesOne, ids, prints);
    two.copy(placesTwo, ids, prints);
    return new SortedRun(ids, prints, mergeKeys(one.keys, placesOne, two.keys, placesTwo, count));
  }

  private static boolean contains(long[] sorted, long prefix) {
    return Arrays.binarySearch(sorted, prefix) >= 0;
  }

  private static int place(SortedRun run, int[] places, int from, LongPredicate keep) {
    int next = from;
    for (int i = 0; i < places.length; i++) {
      places[i] = keep.test(run.idPrefix(i)) ? next++ : -1;
    }
    return next;
  }

  private void copy(int[] places, long[] toIds, long[] toPrints) {
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        System.arraycopy(ids, i * ID_LONGS, toIds, places[i] * ID_LONGS, ID_LONGS);
        System.arraycopy(
            prints,
            i * Sketch.PRINT_LONGS,
            toPrints,
            places[i] * Sketch.PRINT_LONGS,
            Sketch.PRINT_LONGS);
      }
    }
  }

  private static long[] mergeKeys(
      long[] one, int[] placesOne, long[] two, int[] placesTwo, int entries) {
    long[] keys = new long[entries * Sketch.BANDS];
    int at = 0;
    int i = 0;
    int j = 0;
    while (i < one.length || j < two.length) {
      boolean first =
          j == two.length || (i < one.length && Long.compareUnsigned(one[i], two[j]) <= 0);
      long key = first ? one[i++] : two[j++];
      int place = (first ? placesOne : placesTwo)[entryOf(key)];
      if (place >= 0) {
        keys[at++] = key(key, place);
      }
    }
    return keys;
  }
}

package io.coralml.similarity;

import io.coralml.CorruptDataException;
import io.coralml.io.ReadableFile;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is kept in memory of the keys of a run that stays in its file: the first key of every page
 * of {@value #PAGE}, and a Bloom filter of the hashes (Bloom, "Space/time trade-offs in hash coding
 * with allowable errors", CACM 13(7), 1970), the three bits of a hash in one word. Eighteen bytes
 * per entry; of the bands that no entry has, the filter spares all but one in thirty the reading of
 * a page.
 *
 * @param fences the first key of every page
 * @param filter {@value #FILTER_BITS} bits per key
 */
@SuppressWarnings("ArrayRecordComponent") // never handed out; compared by isSameAs
record PageIndex(long[] fences, long[] filter) {
  /** Keys per page. */
  static final int PAGE = 64;

  private static final int FILTER_BITS = 8;
  private static final int BUFFER = 1 << 20;

  /**
   * Reads and checks the keys of a run.
   *
   * @param from the place in the file, in bytes, of the first key
   * @throws CorruptDataException if the keys are not those of that many entries
   */
  static PageIndex scan(ReadableFile file, int entries, long from, String name) {
    long count = (long) entries * Sketch.BANDS;
    long[] fences = new long[(int) ((count + PAGE - 1) / PAGE)];
    PageIndex index = new PageIndex(fences, new long[words(count)]);
    byte[] bands = new byte[entries];
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, count * Long.BYTES));
    long before = 0;
    for (long at = 0; at < count; at += buffer.limit() / Long.BYTES) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), (count - at) * Long.BYTES));
      file.read(from + Long.BYTES * at, buffer);
      buffer.flip();
      for (int i = 0; i < buffer.limit() / Long.BYTES; i++) {
        long key = buffer.getLong(i * Long.BYTES);
        if (Long.compareUnsigned(key, before) < 0 || Run.entryOf(key) >= entries) {
          throw RunFile.damaged(name, "its keys are in disorder");
        }
        int entry = Run.entryOf(key);
        bands[entry] = (byte) Math.min(bands[entry] + 1, Sketch.BANDS + 1);
        before = key;
        if ((at + i) % PAGE == 0) {
          fences[(int) ((at + i) / PAGE)] = key;
        }
        index.add(key);
      }
    }
    for (byte each : bands) {
      if (each != Sketch.BANDS) {
        throw RunFile.damaged(name, "an entry has " + each + " keys");
      }
    }
    return index;
  }

  private static int words(long keys) {
    return (int) Math.max(1, keys * FILTER_BITS / Long.SIZE);
  }

  private void add(long key) {
    long mixed = mixed(key);
    filter[word(mixed)] |= bits(mixed);
  }

  /** Returns false if no key has this hash, or its upper {@value Run#HASH_BITS} bits. */
  boolean mayHold(long hash) {
    long mixed = mixed(hash);
    long bits = bits(mixed);
    return (filter[word(mixed)] & bits) == bits;
  }

  private static long mixed(long keyOrHash) {
    return Positions.mix(keyOrHash >>> Run.ENTRY_BITS);
  }

  private int word(long mixed) {
    return (int) (((mixed >>> 32) * filter.length) >>> 32);
  }

  private static long bits(long mixed) {
    return (1L << mixed) | (1L << (mixed >>> 6)) | (1L << (mixed >>> 12));
  }

  int pages() {
    return fences.length;
  }

  /**
   * Returns the first page that may hold a key at or above this one. Keys begin with a hash and so
   * lie evenly: the search begins where the key should be and doubles its steps from there, instead
   * of visiting places all over the memory.
   */
  int pageOf(long key) {
    int expected = (int) (((key >>> 32) * fences.length) >>> 32);
    int low = expected;
    int high = expected;
    for (int step = 1; low > 0 && !isBelow(low - 1, key); step *= 2) {
      high = low - 1;
      low = Math.max(0, low - step);
    }
    for (int step = 1; high < fences.length && isBelow(high, key); step *= 2) {
      low = high + 1;
      high = Math.min(fences.length, high + step);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isBelow(middle, key)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Math.max(0, low - 1);
  }

  private boolean isBelow(int page, long key) {
    return Long.compareUnsigned(fences[page], key) < 0;
  }

  boolean isSameAs(PageIndex other) {
    return Arrays.equals(fences, other.fences) && Arrays.equals(filter, other.filter);
  }

  long memoryBytes() {
    return 64 + 8L * (fences.length + filter.length);
  }
}

package io.coralml.similarity;

import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The latest entries, in a hash table that grows until it is sorted into a {@link SortedRun}. */
final class YoungRun extends Run {
  /** With that many entries it is time to sort. */
  static final int FULL = 1024;

  private static final int FIRST_CAPACITY = 16;

  private long[] ids = new long[FIRST_CAPACITY * ID_LONGS];
  private long[] prints = new long[FIRST_CAPACITY * Sketch.PRINT_LONGS];

  /** Keys with the entry's number raised by one, so that no key is 0, which means free. */
  private long[] table = new long[2 * FIRST_CAPACITY * Sketch.BANDS];

  private int entries;

  @Override
  int entries() {
    return entries;
  }

  void add(Sketch sketch, TensorId id) {
    if (entries * ID_LONGS == ids.length) {
      grow();
    }
    ByteBuffer bytes = ByteBuffer.wrap(id.toBytes());
    for (int i = 0; i < ID_LONGS; i++) {
      ids[entries * ID_LONGS + i] = bytes.getLong();
    }
    System.arraycopy(sketch.print(), 0, prints, entries * Sketch.PRINT_LONGS, Sketch.PRINT_LONGS);
    entries++;
    for (long hash : sketch.bands()) {
      insert(key(hash, entries));
    }
  }

  private void grow() {
    ids = Arrays.copyOf(ids, 2 * ids.length);
    prints = Arrays.copyOf(prints, 2 * prints.length);
    long[] before = table;
    table = new long[2 * before.length];
    for (long key : before) {
      if (key != 0) {
        insert(key);
      }
    }
  }

  private void insert(long key) {
    int at = slot(key);
    while (table[at] != 0) {
      at = (at + 1) & (table.length - 1);
    }
    table[at] = key;
  }

  private int slot(long key) {
    return (int) (key >>> ENTRY_BITS) & (table.length - 1);
  }

  @Override
  void search(Sketch sketch, Hits hits) {
    for (long hash : sketch.bands()) {
      for (int at = slot(hash); table[at] != 0; at = (at + 1) & (table.length - 1)) {
        if (sameHash(table[at], hash) && !hits.isExhausted()) {
          int entry = entryOf(table[at]) - 1;
          int print = entry * Sketch.PRINT_LONGS;
          hits.offer(
              this, entry, prints[print], prints[print + 1], prints[print + 2], prints[print + 3]);
        }
      }
    }
  }

  SortedRun sorted() {
    long[] numbers = new long[entries * ENTRY_LONGS];
    System.arraycopy(ids, 0, numbers, 0, entries * ID_LONGS);
    System.arraycopy(
        prints, 0, numbers, (int) Sorted.printAt(entries, 0), entries * Sketch.PRINT_LONGS);
    int from = (int) Sorted.keysAt(entries);
    int at = from;
    for (long key : table) {
      if (key != 0) {
        numbers[at++] = (key - 1) ^ Long.MIN_VALUE;
      }
    }
    Arrays.sort(numbers, from, at);
    for (int i = from; i < at; i++) {
      numbers[i] ^= Long.MIN_VALUE;
    }
    return new SortedRun(numbers);
  }

  /** Returns the first eight bytes of every identity. */
  long[] prefixes() {
    long[] prefixes = new long[entries];
    for (int i = 0; i < entries; i++) {
      prefixes[i] = ids[i * ID_LONGS];
    }
    return prefixes;
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
  long memoryBytes() {
    return 8L * (ids.length + prints.length + table.length);
  }
}

package io.coralml.similarity;

import io.coralml.CorruptDataException;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A sorted run on disk.
 *
 * <h2>Specification of {@code similarity/<name>.run}, version 1</h2>
 *
 * Integers are big-endian: 8 bytes ASCII {@code coralsim}; 4 bytes version, 1; 4 bytes number of
 * entries n; n identities of 32 bytes; n prints of 32 bytes; 16 n keys of 8 bytes, ascending as
 * unsigned numbers; 4 bytes CRC32C of everything before. The name is 32 hexadecimal digits that
 * follow from the content. The file is a cache and is not forced: a damaged one is as good as none.
 *
 * <p>A run that does not fit in the memory budget stays in its file: in memory is every {@value
 * #PAGE}th key, and a band is found by reading one page.
 */
final class RunFile extends Run {
  static final String SUFFIX = ".run";

  private static final byte[] MAGIC = "coralsim".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HEAD = 16;
  private static final int TAIL = 4;
  private static final int PAGE = 256;
  private static final int BUFFER = 1 << 20;

  private final ReadableFile file;
  private final int entries;
  private final long[] fences;

  private RunFile(ReadableFile file, int entries, long[] fences) {
    this.file = file;
    this.entries = entries;
    this.fences = fences;
  }

  /** Writes a run and returns its simple name. */
  static String write(Storage storage, String directory, SortedRun run) {
    long bytes = HEAD + (long) run.entries() * ENTRY_BYTES + TAIL;
    CRC32C crc = new CRC32C();
    ByteBuffer head = ByteBuffer.allocate(HEAD).put(MAGIC).putInt(VERSION).putInt(run.entries());
    ByteBuffer[] parts = new ByteBuffer[] {head.flip(), null, null, null, null};
    parts[1] = longs(run.ids());
    parts[2] = longs(run.prints());
    parts[3] = longs(run.keys());
    for (int i = 0; i < parts.length - 1; i++) {
      crc.update(parts[i].duplicate());
    }
    parts[4] = ByteBuffer.allocate(TAIL).putInt((int) crc.getValue()).flip();
    String name =
        HexFormat.of().toHexDigits(Positions.mix(crc.getValue() ^ (bytes << 32)))
            + HexFormat.of().toHexDigits(run.entries() == 0 ? 0 : run.idPrefix(0))
            + SUFFIX;
    storage.writeUnforced(StorageNames.child(directory, name), parts);
    return name;
  }

  private static ByteBuffer longs(long[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES));
    bytes.asLongBuffer().put(values);
    return bytes;
  }

  /**
   * Opens a run and checks all of it.
   *
   * @param memory how many bytes there are for it in memory; a larger one stays in its file
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws CorruptDataException if the bytes are not a run
   */
  static Run open(Storage storage, String directory, String name, long memory) {
    ReadableFile file = storage.open(StorageNames.child(directory, name));
    boolean stays = false;
    try {
      int entries = check(file, name);
      RunFile run = new RunFile(file, entries, fences(file, entries));
      if ((long) entries * ENTRY_BYTES > memory) {
        stays = true;
        return run;
      }
      return run.load();
    } finally {
      if (!stays) {
        file.close();
      }
    }
  }

  private static int check(ReadableFile file, String name) {
    long length = file.length();
    if (length < HEAD + TAIL) {
      throw damaged(name, "it is too short");
    }
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    file.read(0, head);
    head.flip();
    byte[] magic = new byte[MAGIC.length];
    head.get(magic);
    if (!Arrays.equals(magic, MAGIC) || head.getInt() != VERSION) {
      throw damaged(name, "it does not begin as one of version " + VERSION);
    }
    int entries = head.getInt();
    boolean fits = entries >= 0 && entries < MAX_ENTRIES;
    if (!fits || HEAD + (long) entries * ENTRY_BYTES + TAIL != length) {
      throw damaged(name, "its length does not fit its " + entries + " entries");
    }
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, length));
    for (long at = 0; at < length - TAIL; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - TAIL - at));
      file.read(at, buffer);
      crc.update(buffer.flip());
    }
    ByteBuffer tail = ByteBuffer.allocate(TAIL);
    file.read(length - TAIL, tail);
    if (tail.getInt(0) != (int) crc.getValue()) {
      throw damaged(name, "its checksum is wrong");
    }
    return entries;
  }

  private static CorruptDataException damaged(String name, String why) {
    return new CorruptDataException(
        "The cache of sketches '" + name + "' is damaged: " + why + "; it will be rebuilt.");
  }

  private static long[] fences(ReadableFile file, int entries) {
    int keys = entries * Sketch.BANDS;
    long[] fences = new long[(keys + PAGE - 1) / PAGE];
    for (int i = 0; i < fences.length; i++) {
      fences[i] = longs(file, keysAt(entries) + 8L * PAGE * i, 1)[0];
    }
    return fences;
  }

  private static long keysAt(int entries) {
    return HEAD + (long) entries * (TensorId.BYTES + 8 * Sketch.PRINT_LONGS);
  }

  private static long[] longs(ReadableFile file, long at, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.BIG_ENDIAN);
    file.read(at, bytes);
    long[] values = new long[count];
    bytes.flip().asLongBuffer().get(values);
    return values;
  }

  /** Reads all of it into memory. */
  SortedRun load() {
    return new SortedRun(
        longs(file, HEAD, entries * ID_LONGS),
        longs(file, HEAD + (long) TensorId.BYTES * entries, entries * Sketch.PRINT_LONGS),
        longs(file, keysAt(entries), entries * Sketch.BANDS));
  }

  @Override
  int entries() {
    return entries;
  }

  @Override
  void search(Sketch sketch, Hits hits) {
    for (long hash : sketch.bands()) {
      int page = Math.max(0, firstFence(key(hash, 0)) - 1);
      boolean more = true;
      while (more && page < fences.length && !hits.isExhausted()) {
        long[] keys = page(page++);
        for (long key : keys) {
          if (sameHash(key, hash)) {
            offer(hits, entryOf(key));
          }
        }
        long last = keys[keys.length - 1];
        more = Long.compareUnsigned(last >>> ENTRY_BITS, hash >>> ENTRY_BITS) <= 0;
      }
    }
  }

  private int firstFence(long key) {
    int low = 0;
    int high = fences.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(fences[middle], key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long[] page(int number) {
    int from = number * PAGE;
    int count = Math.min(PAGE, entries * Sketch.BANDS - from);
    return longs(file, keysAt(entries) + 8L * from, count);
  }

  private void offer(Hits hits, int entry) {
    if (entry < entries) {
      long at = HEAD + (long) TensorId.BYTES * entries + 8L * Sketch.PRINT_LONGS * entry;
      long[] print = longs(file, at, Sketch.PRINT_LONGS);
      hits.offer(this, entry, print[0], print[1], print[2], print[3]);
    }
  }

  @Override
  TensorId id(int entry) {
    ByteBuffer bytes = ByteBuffer.allocate(TensorId.BYTES);
    file.read(HEAD + (long) TensorId.BYTES * entry, bytes);
    return TensorId.read(bytes.flip());
  }

  @Override
  long idPrefix(int entry) {
    return longs(file, HEAD + (long) TensorId.BYTES * entry, 1)[0];
  }

  @Override
  long memoryBytes() {
    return 64 + 8L * fences.length;
  }

  @Override
  public void close() {
    file.close();
  }
}

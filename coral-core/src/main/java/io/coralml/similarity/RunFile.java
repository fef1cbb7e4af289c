package io.coralml.similarity;

import io.coralml.CorruptDataException;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A sorted run on disk.
 *
 * <h2>Specification of {@code similarity/<name>.run}, version 1</h2>
 *
 * Integers are big-endian: 8 bytes ASCII {@code coralsim}; 4 bytes version, 1; 4 bytes number of
 * entries n; n identities of 32 bytes; n prints of 32 bytes; 16 n keys of 8 bytes, ascending as
 * unsigned numbers, 16 of each entry; 4 bytes CRC32C of everything before. The name is 32
 * hexadecimal digits that follow from the content. The file is a cache and is not forced: a damaged
 * one is as good as none.
 *
 * <p>A run that does not fit in the memory budget stays in its file: in memory is every {@value
 * #PAGE}th key, and a band is found by reading one page.
 */
final class RunFile extends Sorted {
  static final String SUFFIX = ".run";

  static final byte[] MAGIC = "coralsim".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;
  static final int HEAD = 16;
  static final int TAIL = 4;

  private static final int PAGE = 128;
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
    return RunFileWriter.write(
        storage, directory, new RunMerge(run, new SortedRun(new long[0]), any -> true));
  }

  /**
   * Opens a run and checks all of it.
   *
   * @param memory how many bytes there are for it in memory; a larger one stays in its file
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws CorruptDataException if the bytes are not a run
   */
  static Sorted open(Storage storage, String directory, String name, long memory) {
    ReadableFile file = storage.open(StorageNames.child(directory, name));
    boolean stays = false;
    try {
      int entries = checkEnvelope(file, name);
      RunFile run = new RunFile(file, entries, fences(file, entries, name));
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

  /** Checks head, length and checksum, and returns the number of entries. */
  private static int checkEnvelope(ReadableFile file, String name) {
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

  /** Checks every key, and returns the first of every page. */
  private static long[] fences(ReadableFile file, int entries, String name) {
    long count = (long) entries * Sketch.BANDS;
    long[] fences = new long[(int) ((count + PAGE - 1) / PAGE)];
    byte[] bands = new byte[entries];
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, count * Long.BYTES));
    long before = 0;
    for (long at = 0; at < count; at += buffer.limit() / Long.BYTES) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), (count - at) * Long.BYTES));
      file.read(HEAD + 8 * (keysAt(entries) + at), buffer);
      buffer.flip();
      for (int i = 0; i < buffer.limit() / Long.BYTES; i++) {
        long key = buffer.getLong(i * Long.BYTES);
        if (Long.compareUnsigned(key, before) < 0 || entryOf(key) >= entries) {
          throw damaged(name, "its keys are in disorder");
        }
        bands[entryOf(key)] = (byte) Math.min(bands[entryOf(key)] + 1, Sketch.BANDS + 1);
        before = key;
        if ((at + i) % PAGE == 0) {
          fences[(int) ((at + i) / PAGE)] = key;
        }
      }
    }
    for (byte each : bands) {
      if (each != Sketch.BANDS) {
        throw damaged(name, "an entry has " + each + " keys");
      }
    }
    return fences;
  }

  /** Reads all of it into memory. */
  SortedRun load() {
    long[] numbers = new long[entries * ENTRY_LONGS];
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, 8L * numbers.length));
    for (int at = 0; at < numbers.length; at += buffer.limit() / Long.BYTES) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), 8L * (numbers.length - at)));
      file.read(HEAD + 8L * at, buffer);
      buffer.flip().asLongBuffer().get(numbers, at, buffer.limit() / Long.BYTES);
    }
    return new SortedRun(numbers);
  }

  @Override
  int entries() {
    return entries;
  }

  @Override
  void read(long from, long[] into, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES);
    file.read(HEAD + 8 * from, bytes);
    bytes.flip().asLongBuffer().get(into, 0, count);
  }

  @Override
  boolean isSound() {
    try {
      return checkEnvelope(file, file.name()) == entries
          && Arrays.equals(fences(file, entries, file.name()), fences);
    } catch (CorruptDataException e) {
      return false;
    }
  }

  @Override
  void search(Sketch sketch, Hits hits) {
    ByteBuffer page = ByteBuffer.allocate(PAGE * Long.BYTES);
    ByteBuffer print = ByteBuffer.allocate(Sketch.PRINT_LONGS * Long.BYTES);
    for (long hash : sketch.bands()) {
      int number = Math.max(0, firstFence(key(hash, 0)) - 1);
      boolean more = true;
      while (more && number < fences.length && !hits.isExhausted()) {
        readPage(number++, page);
        long key = 0;
        for (int i = 0; i < page.limit() / Long.BYTES; i++) {
          key = page.getLong(i * Long.BYTES);
          if (sameHash(key, hash)) {
            offer(hits, entryOf(key), print);
          }
        }
        more = Long.compareUnsigned(key >>> ENTRY_BITS, hash >>> ENTRY_BITS) <= 0;
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

  private void readPage(int number, ByteBuffer page) {
    long from = (long) number * PAGE;
    int count = (int) Math.min(PAGE, (long) entries * Sketch.BANDS - from);
    page.clear().limit(count * Long.BYTES);
    file.read(HEAD + 8 * (keysAt(entries) + from), page);
    page.flip();
  }

  /** Bytes may have changed since they were checked. */
  private void offer(Hits hits, int entry, ByteBuffer print) {
    if (entry < entries) {
      file.read(HEAD + 8 * printAt(entries, entry), print.clear());
      hits.offer(
          this, entry, print.getLong(0), print.getLong(8), print.getLong(16), print.getLong(24));
    }
  }

  @Override
  TensorId id(int entry) {
    ByteBuffer bytes = ByteBuffer.allocate(TensorId.BYTES);
    file.read(HEAD + (long) TensorId.BYTES * entry, bytes);
    return TensorId.read(bytes.flip());
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

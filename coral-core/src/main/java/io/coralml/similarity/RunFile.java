package io.coralml.similarity;

import io.coralml.CorruptDataException;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
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
 * <p>A run that does not fit in the memory budget stays in its file: in memory is a {@link
 * PageIndex}, and a band is found by reading one page, mostly only where there is one. Of every
 * print the last number stays in memory too, the codes of 32 places that are in no band: of the
 * strangers that share a band, who agree in a third of the places, it lets one in thirty pass (of
 * normally distributed weights one in twelve); of the relatives worth reading, nearly all.
 */
final class RunFile extends Sorted {
  static final String SUFFIX = ".run";

  static final byte[] MAGIC = "coralsim".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;
  static final int HEAD = 16;
  static final int TAIL = 4;

  private static final int BUFFER = 1 << 20;

  private static final int PRINT_BYTES = Sketch.PRINT_LONGS * Long.BYTES;

  private final ReadableFile file;
  private final int entries;
  private final PageIndex pages;
  private final long[] prints;

  private RunFile(ReadableFile file, int entries, PageIndex pages, long[] prints) {
    this.file = file;
    this.entries = entries;
    this.pages = pages;
    this.prints = prints;
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
      PageIndex pages = pages(file, entries, name);
      stays = (long) entries * ENTRY_BYTES > memory;
      return stays ? new RunFile(file, entries, pages, prints(file, entries)) : load(file, entries);
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

  static CorruptDataException damaged(String name, String why) {
    return new CorruptDataException(
        "The cache of sketches '" + name + "' is damaged: " + why + "; it will be rebuilt.");
  }

  private static PageIndex pages(ReadableFile file, int entries, String name) {
    return PageIndex.scan(file, entries, HEAD + 8 * keysAt(entries), name);
  }

  /** Reads the last number of every print. */
  private static long[] prints(ReadableFile file, int entries) {
    long[] prints = new long[entries];
    int each = BUFFER / PRINT_BYTES;
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(each, entries) * PRINT_BYTES);
    for (int at = 0; at < entries; at += each) {
      int count = Math.min(each, entries - at);
      file.read(HEAD + 8 * printAt(entries, at), buffer.clear().limit(count * PRINT_BYTES));
      for (int i = 0; i < count; i++) {
        prints[at + i] = buffer.getLong((i + 1) * PRINT_BYTES - Long.BYTES);
      }
    }
    return prints;
  }

  private static SortedRun load(ReadableFile file, int entries) {
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
          && pages(file, entries, file.name()).isSameAs(pages)
          && Arrays.equals(prints(file, entries), prints);
    } catch (CorruptDataException e) {
      return false;
    }
  }

  @Override
  void search(Sketch sketch, Hits hits) {
    ByteBuffer page = ByteBuffer.allocate(PageIndex.PAGE * Long.BYTES);
    Met met = new Met(sketch, hits);
    for (long hash : sketch.bands()) {
      int number = pages.mayHold(hash) ? pages.pageOf(key(hash, 0)) : pages.pages();
      boolean more = true;
      while (more && number < pages.pages() && !hits.isExhausted()) {
        readPage(number++, page);
        long key = 0;
        for (int i = 0; i < page.limit() / Long.BYTES; i++) {
          key = page.getLong(i * Long.BYTES);
          if (sameHash(key, hash)) {
            met.offer(entryOf(key));
          }
        }
        more = Long.compareUnsigned(key >>> ENTRY_BITS, hash >>> ENTRY_BITS) <= 0;
      }
    }
  }

  private void readPage(int number, ByteBuffer page) {
    long from = (long) number * PageIndex.PAGE;
    int count = (int) Math.min(PageIndex.PAGE, (long) entries * Sketch.BANDS - from);
    page.clear().limit(count * Long.BYTES);
    file.read(HEAD + 8 * (keysAt(entries) + from), page);
    page.flip();
  }

  /** The entries that one search has met: a relative is met in many bands and read once. */
  private final class Met {
    private final Sketch sketch;
    private final Hits hits;
    private final Set<Integer> seen = new HashSet<>();
    private final ByteBuffer print = ByteBuffer.allocate(PRINT_BYTES);

    Met(Sketch sketch, Hits hits) {
      this.sketch = sketch;
      this.hits = hits;
    }

    /** Bytes may have changed since they were checked. */
    void offer(int entry) {
      if (entry >= entries) {
        return;
      }
      if (!sketch.mayAgree(prints[entry]) || !seen.add(entry)) {
        hits.pass();
        return;
      }
      file.read(HEAD + 8 * printAt(entries, entry), print.clear());
      hits.offer(
          RunFile.this,
          entry,
          print.getLong(0),
          print.getLong(8),
          print.getLong(16),
          print.getLong(24));
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
    return 64 + pages.memoryBytes() + 8L * prints.length;
  }

  @Override
  public void close() {
    file.close();
  }
}

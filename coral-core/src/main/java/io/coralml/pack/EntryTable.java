package io.coralml.pack;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table of a pack: which tensors it holds, and where. It is searched as it lies on disk, so
 * that opening a pack costs one read and one checksum however many tensors it holds.
 *
 * <h2>Specification, version 1</h2>
 *
 * Integers are little-endian.
 *
 * <table>
 * <caption>The table</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>8</td><td>ASCII {@code coralent}</td></tr>
 * <tr><td>4</td><td>version: 1</td></tr>
 * <tr><td>4</td><td>number of entries, n, at least 1</td></tr>
 * <tr><td>32 n</td><td>the identities, strictly ascending as unsigned bytes</td></tr>
 * <tr><td>4 n</td><td>offset of each entry's record from the start of the table, ascending</td>
 *     </tr>
 * <tr><td></td><td>the records, without gaps</td></tr>
 * <tr><td>4</td><td>CRC32C of all bytes before</td></tr>
 * </table>
 *
 * <table>
 * <caption>A record</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>8</td><td>offset of the encoded bytes in {@code data}</td></tr>
 * <tr><td>8</td><td>their number, at least 1</td></tr>
 * <tr><td>8</td><td>bytes of the tensor itself</td></tr>
 * <tr><td>1</td><td>codec: 1 is the container of {@code io.coralml.codec}</td></tr>
 * <tr><td>1</td><td>depth, 0 to 4; 0 exactly when there is no base</td></tr>
 * <tr><td>1</td><td>length of the dtype name</td></tr>
 * <tr><td></td><td>dtype name, ASCII</td></tr>
 * <tr><td>1</td><td>rank</td></tr>
 * <tr><td>8 each</td><td>extents, outermost first</td></tr>
 * <tr><td>0 or 32</td><td>identity of the base, if the depth is not 0</td></tr>
 * <tr><td>0 or 32 each</td><td>SHA-256 of each leaf, if the tensor has two leaves or more (see
 *     {@link LeafDigests})</td></tr>
 * <tr><td>4 each</td><td>CRC32C of each 1 MiB of the encoded bytes</td></tr>
 * </table>
 *
 * Immutable and thread-safe.
 */
public final class EntryTable {
  /** The only codec of version 1. */
  static final int CODEC = 1;

  private static final byte[] MAGIC = "coralent".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 16;
  private static final int TAIL = 4;
  private static final int FIXED = 27;
  private static final int PER_ENTRY = TensorId.BYTES + 4;

  private final ByteBuffer table;
  private final ByteBuffer ids;
  private final int count;
  private final long dataBytes;
  private final String name;

  private EntryTable(ByteBuffer table, int count, long dataBytes, String name) {
    this.table = table;
    this.ids = table.slice(HEAD, TensorId.BYTES * count).order(ByteOrder.BIG_ENDIAN);
    this.count = count;
    this.dataBytes = dataBytes;
    this.name = name;
  }

  /** Returns the table of these entries, from position to limit of the buffer. */
  static ByteBuffer write(Collection<PackEntry> entries) {
    List<PackEntry> sorted = entries.stream().sorted(Comparator.comparing(PackEntry::id)).toList();
    long size =
        HEAD + TAIL + sorted.stream().mapToLong(entry -> PER_ENTRY + recordBytes(entry)).sum();
    ByteBuffer table = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    table.put(MAGIC).putInt(PackFormat.VERSION).putInt(sorted.size());
    sorted.forEach(entry -> entry.id().write(table));
    int record = HEAD + PER_ENTRY * sorted.size();
    for (PackEntry entry : sorted) {
      table.putInt(record);
      record += recordBytes(entry);
    }
    sorted.forEach(entry -> writeRecord(entry, table));
    int end = table.position();
    return table.putInt(PackFormat.checksum(table.slice(0, end))).flip();
  }

  private static int recordBytes(PackEntry entry) {
    return FIXED
        + entry.form().dtype().name().length()
        + 1
        + 8 * entry.form().shape().rank()
        + (entry.base() == null ? 0 : TensorId.BYTES)
        + (entry.leaves() == null ? 0 : TensorId.BYTES * entry.leaves().count())
        + 4 * entry.place().checksums().length;
  }

  private static void writeRecord(PackEntry entry, ByteBuffer into) {
    byte[] dtype = entry.form().dtype().name().getBytes(StandardCharsets.US_ASCII);
    into.putLong(entry.place().offset())
        .putLong(entry.place().length())
        .putLong(entry.form().byteLength())
        .put((byte) CODEC)
        .put((byte) entry.depth())
        .put((byte) dtype.length)
        .put(dtype)
        .put((byte) entry.form().shape().rank());
    for (long dim : entry.form().shape().dims()) {
      into.putLong(dim);
    }
    if (entry.base() != null) {
      entry.base().write(into);
    }
    if (entry.leaves() != null) {
      into.put(entry.leaves().toBytes());
    }
    for (int checksum : entry.place().checksums()) {
      into.putInt(checksum);
    }
  }

  /**
   * Opens a table.
   *
   * @param bytes the whole table, from position to limit; not copied
   * @param dataBytes length of {@code data}, within which every entry must lie
   * @param name the pack, for messages
   * @throws CorruptDataException if the checksum or the structure is wrong
   */
  public static EntryTable open(ByteBuffer bytes, long dataBytes, String name) {
    ByteBuffer table = bytes.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int size = table.capacity();
    if (size < HEAD + PER_ENTRY + FIXED + TAIL) {
      throw PackFormat.corrupt(name, "its table of entries is cut short");
    }
    if (table.getInt(size - TAIL) != PackFormat.checksum(table.slice(0, size - TAIL))) {
      throw PackFormat.corrupt(name, "the checksum of its table of entries is wrong");
    }
    byte[] magic = new byte[MAGIC.length];
    table.get(0, magic);
    int count = table.getInt(12);
    if (!Arrays.equals(magic, MAGIC) || table.getInt(8) != PackFormat.VERSION) {
      throw PackFormat.corrupt(name, "its table of entries has an unknown form");
    }
    if (count < 1 || count > (size - HEAD - TAIL) / (PER_ENTRY + FIXED)) {
      throw PackFormat.corrupt(name, "its table claims " + count + " entries");
    }
    return new EntryTable(table, count, dataBytes, name);
  }

  /** Returns the number of entries. */
  public int size() {
    return count;
  }

  /** Returns the identity of an entry, 0 being the lowest. */
  public TensorId id(int index) {
    return TensorId.read(table.slice(HEAD + TensorId.BYTES * index, TensorId.BYTES));
  }

  /** Returns whether there is an entry for a tensor. */
  public boolean contains(TensorId id) {
    return indexOf(id) >= 0;
  }

  /**
   * Returns the entry of a tensor, if there is one.
   *
   * @throws CorruptDataException if its record makes no sense
   */
  public Optional<PackEntry> find(TensorId id) {
    int index = indexOf(id);
    return index < 0 ? Optional.empty() : Optional.of(entry(index));
  }

  /**
   * Returns all entries, by ascending identity.
   *
   * @throws CorruptDataException if a record makes no sense
   */
  public List<PackEntry> entries() {
    return IntStream.range(0, count).mapToObj(this::entry).toList();
  }

  private int indexOf(TensorId id) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = id.compareTo(ids, TensorId.BYTES * middle);
      if (order == 0) {
        return middle;
      }
      if (order > 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /**
   * Returns an entry, 0 being the one of the lowest identity.
   *
   * @throws CorruptDataException if its record makes no sense
   */
  public PackEntry entry(int index) {
    int offsets = HEAD + TensorId.BYTES * count;
    int records = offsets + 4 * count;
    int end = table.capacity() - TAIL;
    int from = table.getInt(offsets + 4 * index);
    int to = index + 1 < count ? table.getInt(offsets + 4 * index + 4) : end;
    if (from < records || to > end || (long) to - from < FIXED) {
      throw PackFormat.corrupt(name, "entry " + index + " has no record");
    }
    ByteBuffer record = table.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    try {
      PackEntry entry = readRecord(id(index), record);
      if (record.hasRemaining()) {
        throw PackFormat.corrupt(name, "the record of entry " + index + " is too long");
      }
      return entry;
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException(
          "The pack '" + name + "' is damaged: a record is cut short; run fsck.", e);
    }
  }

  private PackEntry readRecord(TensorId id, ByteBuffer record) {
    long offset = record.getLong();
    long length = record.getLong();
    long byteLength = record.getLong();
    int codec = record.get();
    int depth = record.get();
    if (offset < 0 || length < 1 || offset > dataBytes - length) {
      throw PackFormat.corrupt(name, "an entry lies outside its data");
    }
    if (codec != CODEC || depth < 0 || depth > PackEntry.MAX_DEPTH) {
      throw PackFormat.corrupt(name, "an entry has codec " + codec + " and depth " + depth);
    }
    PackEntry.Form form = readForm(record, byteLength);
    TensorId base = depth == 0 ? null : TensorId.read(record);
    LeafDigests leaves = readLeaves(byteLength, record);
    long pieces = PackEntry.Place.pieces(length);
    if (record.remaining() != 4 * pieces) {
      throw PackFormat.corrupt(name, "an entry has too few or too many checksums");
    }
    int[] checksums = new int[(int) pieces];
    record.asIntBuffer().get(checksums);
    record.position(record.limit());
    return new PackEntry(
        id, form, base, depth, leaves, new PackEntry.Place(offset, length, checksums));
  }

  private PackEntry.Form readForm(ByteBuffer record, long byteLength) {
    byte[] dtypeName = new byte[Byte.toUnsignedInt(record.get())];
    record.get(dtypeName);
    long[] dims = new long[Byte.toUnsignedInt(record.get())];
    record.asLongBuffer().get(dims);
    record.position(record.position() + 8 * dims.length);
    try {
      DType dtype = DType.named(new String(dtypeName, StandardCharsets.US_ASCII));
      Shape shape = Shape.of(dims);
      Tensor.requireLength(dtype, shape, byteLength);
      return new PackEntry.Form(dtype, shape, byteLength);
    } catch (CoralException e) {
      throw new CorruptDataException(
          "The pack '"
              + name
              + "' is damaged: an entry has an impossible dtype or shape; run fsck.",
          e);
    }
  }

  private @Nullable LeafDigests readLeaves(long byteLength, ByteBuffer record) {
    if (byteLength < 0 || byteLength > (long) LeafDigests.LEAF_BYTES * record.remaining()) {
      throw PackFormat.corrupt(name, "an entry has an impossible length");
    }
    return LeafDigests.count(byteLength) < 2 ? null : LeafDigests.read(byteLength, record);
  }
}

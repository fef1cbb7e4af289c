package io.coralml.pack;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.StorageNames;
import io.jhdf.HdfFile;
import io.jhdf.ObjectHeader;
import io.jhdf.Superblock;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.object.message.DataSpace;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.FillValueMessage;
import io.jhdf.object.message.GroupInfoMessage;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.Message;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The layout of a pack file.
 *
 * <h2>Specification, version 1</h2>
 *
 * A pack is an HDF5 file (superblock version 3, new-style groups) any HDF5 tool can open. Its root
 * group holds three contiguous, unfiltered, one-dimensional datasets of unsigned bytes, and nothing
 * else. All structure lies in the first 4096 bytes, the <em>header page</em>; the datasets follow
 * without gaps:
 *
 * <table>
 * <caption>A pack file</caption>
 * <tr><th>from</th><th>content</th></tr>
 * <tr><td>0</td><td>header page, 4096 bytes</td></tr>
 * <tr><td>4096</td><td>dataset {@code data}: the encoded tensors, one behind the other, in the
 *     container that {@code io.coralml.codec} specifies; bytes no entry points to are allowed</td>
 *     </tr>
 * <tr><td>behind it</td><td>dataset {@code entries}: the table {@link EntryTable} specifies</td>
 *     </tr>
 * <tr><td>behind it</td><td>dataset {@code meta}: a JSON object in UTF-8 for people and tools: at
 *     least {@code format} ({@code "coral-pack"}) and {@code version} (1). Nothing in it is needed
 *     to read the pack</td></tr>
 * </table>
 *
 * The header page, integers little-endian:
 *
 * <table>
 * <caption>The header page</caption>
 * <tr><th>from</th><th>bytes</th><th>content</th></tr>
 * <tr><td>0</td><td>48</td><td>HDF5 superblock; the end-of-file address is the file's length</td>
 *     </tr>
 * <tr><td>64</td><td></td><td>object header of the root group, with one hard link per dataset</td>
 *     </tr>
 * <tr><td>behind it</td><td></td><td>object headers of {@code data}, {@code entries} and
 *     {@code meta}</td></tr>
 * <tr><td>behind them</td><td></td><td>zeros</td></tr>
 * <tr><td>4068</td><td>8</td><td>ASCII {@code coralpk1}</td></tr>
 * <tr><td>4076</td><td>4</td><td>CRC32C of {@code meta}</td></tr>
 * <tr><td>4080</td><td>8</td><td>length of the file in bytes</td></tr>
 * <tr><td>4088</td><td>4</td><td>version: 1</td></tr>
 * <tr><td>4092</td><td>4</td><td>CRC32C of the first 4092 bytes of the page</td></tr>
 * </table>
 *
 * Every byte a reader relies on is covered: the header page by its own checksum, {@code entries} by
 * the one at its end, each entry's encoded bytes by the checksums in its record, {@code meta} by
 * the one in the header page.
 *
 * <p>A pack's name is {@code <id>.h5}, where id is 32 lower-case hexadecimal digits that no other
 * pack of the store has ever had. Nothing can be read from it.
 */
public final class PackFormat {
  /** The version this class writes, and the highest it reads. */
  public static final int VERSION = 1;

  /** Bytes of the header page, and where {@code data} begins. */
  public static final int HEADER_BYTES = 4096;

  /** How the name of a pack file ends. */
  public static final String SUFFIX = ".h5";

  static final int MAX_META_BYTES = 1 << 16;

  private static final int ID_DIGITS = 32;
  private static final byte[] MAGIC = "coralpk1".getBytes(StandardCharsets.US_ASCII);
  private static final int MAGIC_AT = 4068;
  private static final int ROOT_AT = 64;
  private static final int GROUP_BYTES = groupHeader(0, 0, 0).length;

  private PackFormat() {}

  /**
   * Where the datasets of a pack are.
   *
   * @param dataBytes length of {@code data}, which begins at {@value #HEADER_BYTES}
   * @param entriesBytes length of {@code entries}, behind it
   * @param metaBytes length of {@code meta}, behind that
   * @param metaChecksum CRC32C of {@code meta}
   */
  public record Layout(long dataBytes, long entriesBytes, long metaBytes, int metaChecksum) {
    /** Returns the offset of {@code entries} in the file. */
    public long entriesAt() {
      return HEADER_BYTES + dataBytes;
    }

    /** Returns the offset of {@code meta} in the file. */
    public long metaAt() {
      return entriesAt() + entriesBytes;
    }

    /** Returns the length of the file. */
    public long fileBytes() {
      return metaAt() + metaBytes;
    }
  }

  /** Returns whether a file of that simple name is a pack by its name. */
  public static boolean isPackName(String name) {
    return name.length() == ID_DIGITS + SUFFIX.length()
        && name.endsWith(SUFFIX)
        && name.chars().limit(ID_DIGITS).allMatch(PackFormat::isHexDigit);
  }

  private static boolean isHexDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /**
   * Returns the simple name of a pack.
   *
   * @throws InvalidInputException if {@code id} is not 32 lower-case hexadecimal digits
   */
  static String nameOf(String id) {
    String name = StorageNames.check(id + SUFFIX);
    if (!isPackName(name)) {
      throw new InvalidInputException("'" + name + "' is not the name of a pack.");
    }
    return name;
  }

  /** Returns the CRC32C of the bytes between position and limit, which do not move. */
  public static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  /** Returns the header page of a pack. */
  static ByteBuffer headerPage(Layout layout) {
    ByteBuffer page = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    page.put(0, bytes(new Superblock.SuperblockV2V3().toBuffer(layout.fileBytes())));
    byte[] data = datasetHeader(HEADER_BYTES, layout.dataBytes());
    byte[] entries = datasetHeader(layout.entriesAt(), layout.entriesBytes());
    byte[] meta = datasetHeader(layout.metaAt(), layout.metaBytes());
    int dataAt = ROOT_AT + GROUP_BYTES;
    int entriesAt = dataAt + data.length;
    int metaAt = entriesAt + entries.length;
    page.put(ROOT_AT, groupHeader(dataAt, entriesAt, metaAt));
    page.put(dataAt, data).put(entriesAt, entries).put(metaAt, meta);
    page.put(MAGIC_AT, MAGIC)
        .putInt(4076, layout.metaChecksum())
        .putLong(4080, layout.fileBytes())
        .putInt(4088, VERSION);
    return page.putInt(4092, checksum(page.slice(0, 4092)));
  }

  private static byte[] groupHeader(long data, long entries, long meta) {
    List<Message> messages = new ArrayList<>();
    messages.add(GroupInfoMessage.createBasic());
    messages.add(LinkInfoMessage.createBasic());
    messages.add(LinkMessage.create("data", data));
    messages.add(LinkMessage.create("entries", entries));
    messages.add(LinkMessage.create("meta", meta));
    return bytes(new ObjectHeader.ObjectHeaderV2(ROOT_AT, messages).toBuffer());
  }

  private static byte[] datasetHeader(long address, long length) {
    DataSpace space =
        DataSpace.modifyDimensions(DataSpace.fromObject(new byte[1]), new long[] {length});
    List<Message> messages = new ArrayList<>();
    messages.add(DataTypeMessage.create(new FixedPoint(1, false)));
    messages.add(DataSpaceMessage.create(space));
    messages.add(FillValueMessage.NO_FILL);
    messages.add(ContiguousDataLayoutMessage.create(address, length));
    return bytes(new ObjectHeader.ObjectHeaderV2(ROOT_AT, messages).toBuffer());
  }

  private static byte[] bytes(ByteBuffer from) {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }

  /**
   * Checks a header page and returns what it says.
   *
   * @param page 4096 bytes
   * @param name the file, for messages
   * @param fileBytes the true length of the file
   * @throws CorruptDataException if the page is not that of a complete pack of this version
   */
  static Layout read(ByteBuffer page, String name, long fileBytes) {
    ByteBuffer fields = page.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    fields.get(MAGIC_AT, magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw corrupt(name, "it is not a pack");
    }
    if (fields.getInt(4092) != checksum(page.slice(0, 4092))) {
      throw corrupt(name, "its header page is damaged");
    }
    int version = fields.getInt(4088);
    if (version != VERSION) {
      throw new CorruptDataException(
          "The pack '"
              + name
              + "' has version "
              + version
              + "; this program reads version "
              + VERSION
              + ". Use a newer one.");
    }
    if (fields.getLong(4080) != fileBytes) {
      throw corrupt(name, "it has " + fileBytes + " bytes instead of " + fields.getLong(4080));
    }
    Layout layout = readDatasets(page, name, fields.getInt(4076));
    if (layout.fileBytes() != fileBytes || layout.metaBytes() > MAX_META_BYTES) {
      throw corrupt(name, "its datasets do not fill it");
    }
    return layout;
  }

  private static Layout readDatasets(ByteBuffer page, String name, int metaChecksum) {
    try (HdfFile file = HdfFile.fromByteBuffer(page.slice(0, HEADER_BYTES))) {
      long dataBytes = dataset(file, "data", HEADER_BYTES);
      long entriesBytes = dataset(file, "entries", HEADER_BYTES + dataBytes);
      long metaBytes = dataset(file, "meta", HEADER_BYTES + dataBytes + entriesBytes);
      return new Layout(dataBytes, entriesBytes, metaBytes, metaChecksum);
    } catch (HdfException
        | IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException
        | BufferUnderflowException
        | ArithmeticException
        | ClassCastException
        | NullPointerException
        | NegativeArraySizeException
        | StackOverflowError e) {
      throw new CorruptDataException(
          "The pack '" + name + "' is damaged: its HDF5 structure cannot be read; run fsck.", e);
    }
  }

  private static long dataset(HdfFile file, String dataset, long address) {
    ContiguousDataset found = (ContiguousDataset) file.getDatasetByPath(dataset);
    long[] dims = found.getDimensionsAsLong();
    if (dims.length != 1
        || dims[0] <= 0
        || dims[0] > Long.MAX_VALUE / 8
        || found.getDataType().getSize() != 1
        || found.getDataAddress() != address) {
      throw new IllegalStateException("dataset '" + dataset + "' has another form or place");
    }
    return dims[0];
  }

  static CorruptDataException corrupt(String name, String what) {
    return new CorruptDataException("The pack '" + name + "' is damaged: " + what + "; run fsck.");
  }
}

package io.coralml.codec;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The container of an encoded tensor: what it is, its chunks, and where they are.
 *
 * <h2>Specification, format 1</h2>
 *
 * Integers are little-endian. A <em>varint</em> is an unsigned integer, seven bits to a byte,
 * lowest first, the top bit set on all bytes but the last; at most nine bytes.
 *
 * <table>
 * <caption>An encoded tensor</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><th colspan="2">header</th></tr>
 * <tr><td>1</td><td>0xC1: format 1</td></tr>
 * <tr><td>1</td><td>dtype: 0 F64, 1 F32, 2 F16, 3 BF16, 4 F8_E4M3, 5 F8_E5M2, 6 F8_E4M3FNUZ, 7
 * F8_E5M2FNUZ, 8 F8_E8M0, 9 I64, 10 I32, 11 I16, 12 I8, 13 U64, 14 U32, 15 U16, 16 U8, 17 BOOL, 18
 * C64, 19 F4, 20 F6_E2M3, 21 F6_E3M2; 255 any other</td></tr>
 * <tr><td>1 + n</td><td>only for dtype 255: length of the name (1 to 64) and the name in ASCII</td></tr>
 * <tr><td>1</td><td>rank, 0 to 64</td></tr>
 * <tr><td>varint each</td><td>extents, outermost first</td></tr>
 * <tr><td>varint</td><td>only for dtype 255: number of raw bytes of the tensor; for all others it
 * follows from dtype and shape</td></tr>
 * <tr><td>varint</td><td>raw bytes per chunk, 1 to 16,777,216, a multiple of the element width; only
 * the last chunk may be shorter. 1 for an empty tensor, which has no chunks</td></tr>
 * <tr><th colspan="2">chunks</th></tr>
 * <tr><td>…</td><td>each chunk in order; its first byte is a {@link ChunkMode}, the rest is
 * specified there. A chunk is at most one byte longer than its raw bytes</td></tr>
 * <tr><th colspan="2">trailer</th></tr>
 * <tr><td>8 per chunk</td><td>length of the encoded chunk (4), CRC32C of the encoded chunk (4)</td></tr>
 * <tr><td>32</td><td>only with flag 1: the base's {@link TensorId}</td></tr>
 * <tr><td>1</td><td>flags: bit 0 (value 1) some chunk needs the base; all others 0</td></tr>
 * <tr><td>4</td><td>CRC32C of the header and of the trailer up to here</td></tr>
 * </table>
 *
 * The trailer is last so that an encoding can be written in one pass to a channel that only
 * appends; a reader starts at both ends. A reader of format 1 reads format 1 for ever; anything
 * that contradicts this page is a {@link CorruptDataException}. Immutable and thread-safe.
 */
final class EncodedFormat {
  /** Largest number of raw bytes a chunk may have. */
  static final int MAX_CHUNK_BYTES = 1 << 24;

  private static final int FORMAT_1 = 0xC1;
  private static final int NAMED = 255;
  private static final int NEEDS_BASE = 1;
  private static final int ENTRY_BYTES = 8;

  /** Format byte, dtype, name, rank, extents, two lengths: no header is longer. */
  private static final int MAX_HEADER_BYTES = 1 + 1 + 65 + 1 + 9 * Shape.MAX_RANK + 9 + 9;

  private static final List<DType> DTYPES =
      List.of(
          DType.F64,
          DType.F32,
          DType.F16,
          DType.BF16,
          DType.F8_E4M3,
          DType.F8_E5M2,
          DType.F8_E4M3FNUZ,
          DType.F8_E5M2FNUZ,
          DType.F8_E8M0,
          DType.I64,
          DType.I32,
          DType.I16,
          DType.I8,
          DType.U64,
          DType.U32,
          DType.U16,
          DType.U8,
          DType.BOOL,
          DType.C64,
          DType.F4,
          DType.F6_E2M3,
          DType.F6_E3M2);

  /**
   * What the header says.
   *
   * @param byteLength raw bytes of the tensor
   * @param chunkBytes raw bytes of every chunk but the last
   */
  record Header(DType dtype, Shape shape, long byteLength, int chunkBytes) {
    /** Returns the number of chunks. */
    long chunkCount() {
      return (byteLength + chunkBytes - 1) / chunkBytes;
    }

    /** Returns the element width in bytes; 1 where elements cannot be addressed. */
    int width() {
      return ElementForm.widthOf(dtype);
    }

    /** Returns the position of a chunk's first raw byte in the tensor. */
    long rawPosition(int chunk) {
      return (long) chunk * chunkBytes;
    }

    /** Returns how many raw bytes a chunk has. */
    int rawLength(int chunk) {
      return (int) Math.min(chunkBytes, byteLength - rawPosition(chunk));
    }

    byte[] toBytes() {
      ByteBuffer out = ByteBuffer.allocate(MAX_HEADER_BYTES);
      out.put((byte) FORMAT_1);
      int code = DTYPES.indexOf(dtype);
      out.put((byte) (code < 0 ? NAMED : code));
      if (code < 0) {
        byte[] name = dtype.name().getBytes(StandardCharsets.US_ASCII);
        out.put((byte) name.length).put(name);
      }
      out.put((byte) shape.rank());
      for (int axis = 0; axis < shape.rank(); axis++) {
        putVarint(out, shape.dim(axis));
      }
      if (code < 0) {
        putVarint(out, byteLength);
      }
      putVarint(out, chunkBytes);
      byte[] bytes = new byte[out.position()];
      out.flip().get(bytes);
      return bytes;
    }

    private static Header read(ByteBuffer in) {
      int format = in.get() & 0xFF;
      if (format != FORMAT_1) {
        throw new CorruptDataException(
            "An encoded tensor begins with byte "
                + format
                + ", not with 193 (format 1); it is damaged or of a newer version.");
      }
      int code = in.get() & 0xFF;
      if (code != NAMED && code >= DTYPES.size()) {
        throw damaged("its dtype is number " + code);
      }
      DType dtype = code == NAMED ? readName(in) : DTYPES.get(code);
      long[] dims = new long[checkedRank(in.get())];
      for (int axis = 0; axis < dims.length; axis++) {
        dims[axis] = getVarint(in);
      }
      Shape shape = Shape.of(dims);
      long byteLength = code == NAMED ? getVarint(in) : lengthOf(dtype, shape);
      long chunkBytes = getVarint(in);
      if (chunkBytes < 1 || chunkBytes > MAX_CHUNK_BYTES) {
        throw damaged("its chunks have " + chunkBytes + " bytes");
      }
      Header header = new Header(dtype, shape, byteLength, (int) chunkBytes);
      if (byteLength > 0 && chunkBytes % header.width() != 0) {
        throw damaged("its chunks of " + chunkBytes + " bytes split elements");
      }
      return header;
    }

    private static int checkedRank(int rank) {
      if (rank < 0 || rank > Shape.MAX_RANK) {
        throw damaged("its rank is " + rank);
      }
      return rank;
    }

    private static DType readName(ByteBuffer in) {
      byte[] name = new byte[in.get() & 0xFF];
      in.get(name);
      DType dtype = DType.named(new String(name, StandardCharsets.ISO_8859_1));
      if (dtype.kind() != DType.Kind.OPAQUE) {
        throw damaged("the known dtype " + dtype + " is spelled out");
      }
      return dtype;
    }

    private static long lengthOf(DType dtype, Shape shape) {
      long bits = Math.multiplyExact(shape.elements(), (long) dtype.bits());
      Tensor.requireLength(dtype, shape, bits / 8);
      return bits / 8;
    }
  }

  private final Header header;
  private final ByteSource bytes;
  private final long chunksStart;
  private final int[] lengths;
  private final int[] checksums;
  // Positions of chunk 0, 64, 128, …: eight bytes for every 64 chunks instead of for each.
  private final long[] milestones;
  private final @Nullable TensorId baseId;

  private EncodedFormat(
      Header header,
      ByteSource bytes,
      long chunksStart,
      int[] lengths,
      int[] checksums,
      @Nullable TensorId baseId) {
    this.header = header;
    this.bytes = bytes;
    this.chunksStart = chunksStart;
    this.lengths = lengths;
    this.checksums = checksums;
    this.baseId = baseId;
    this.milestones = new long[lengths.length / 64 + 1];
    long position = chunksStart;
    for (int chunk = 0; chunk < lengths.length; chunk++) {
      if (chunk % 64 == 0) {
        milestones[chunk / 64] = position;
      }
      position += lengths[chunk];
    }
  }

  /**
   * Reads and checks header and trailer; no chunk is read.
   *
   * @throws CorruptDataException if they are not what the specification says
   */
  static EncodedFormat read(ByteSource bytes) {
    try {
      return parse(bytes);
    } catch (java.nio.BufferUnderflowException | InvalidInputException | ArithmeticException e) {
      throw new CorruptDataException(
          "An encoded tensor of "
              + bytes.length()
              + " bytes is damaged or cut short: its header makes no sense; restore it from"
              + " another copy.",
          e);
    }
  }

  private static EncodedFormat parse(ByteSource bytes) {
    byte[] start = readAt(bytes, 0, (int) Math.min(MAX_HEADER_BYTES, bytes.length()));
    ByteBuffer head = ByteBuffer.wrap(start);
    Header header = Header.read(head);
    int headerBytes = head.position();
    long count = header.chunkCount();
    long room = bytes.length() - headerBytes;
    // Nothing is allocated for chunks that the file cannot hold.
    if (room < 5 || count > (room - 5) / (ENTRY_BYTES + 1)) {
      throw damaged("it is too short for its " + count + " chunks");
    }
    int flags = readAt(bytes, bytes.length() - 5, 1)[0];
    if ((flags & ~NEEDS_BASE) != 0) {
      throw damaged("its flags are " + (flags & 0xFF));
    }
    boolean based = flags != 0;
    long trailerBytes = count * ENTRY_BYTES + (based ? TensorId.BYTES : 0) + 5;
    if (trailerBytes > room || trailerBytes > Integer.MAX_VALUE - 8) {
      throw damaged("it is too short for its " + count + " chunks");
    }
    byte[] end = readAt(bytes, bytes.length() - trailerBytes, (int) trailerBytes);
    ByteBuffer trailer = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN);
    CRC32C crc = new CRC32C();
    crc.update(start, 0, headerBytes);
    crc.update(end, 0, end.length - 4);
    if (trailer.getInt(end.length - 4) != (int) crc.getValue()) {
      throw damaged("the checksum of its header and chunk table is wrong");
    }
    int[] lengths = new int[(int) count];
    int[] checksums = new int[(int) count];
    long total = 0;
    for (int chunk = 0; chunk < lengths.length; chunk++) {
      lengths[chunk] = trailer.getInt();
      checksums[chunk] = trailer.getInt();
      if (lengths[chunk] < 1 || lengths[chunk] > header.rawLength(chunk) + 1) {
        throw damaged("chunk " + chunk + " has " + lengths[chunk] + " bytes");
      }
      total += lengths[chunk];
    }
    if (total != room - trailerBytes) {
      throw damaged("its chunks do not fill it");
    }
    TensorId baseId = based ? TensorId.read(trailer) : null;
    return new EncodedFormat(header, bytes, headerBytes, lengths, checksums, baseId);
  }

  /** Returns the bytes that close an encoding whose header and chunks have been written. */
  static ByteBuffer trailer(
      byte[] header, int[] lengths, int[] checksums, @Nullable TensorId baseId) {
    int size = lengths.length * ENTRY_BYTES + (baseId == null ? 0 : TensorId.BYTES) + 5;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (int chunk = 0; chunk < lengths.length; chunk++) {
      out.putInt(lengths[chunk]).putInt(checksums[chunk]);
    }
    if (baseId != null) {
      baseId.write(out);
    }
    out.put((byte) (baseId == null ? 0 : NEEDS_BASE));
    CRC32C crc = new CRC32C();
    crc.update(header, 0, header.length);
    crc.update(out.array(), 0, size - 4);
    return out.putInt((int) crc.getValue()).flip();
  }

  /** Returns how long a trailer can be. */
  static long trailerBytes(long chunks) {
    return chunks * ENTRY_BYTES + TensorId.BYTES + 5;
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  Header header() {
    return header;
  }

  @Nullable TensorId baseId() {
    return baseId;
  }

  int chunkCount() {
    return lengths.length;
  }

  /** Returns how many bytes are not chunks: header and trailer. */
  long overheadBytes() {
    return bytes.length() - (position(lengths.length) - chunksStart);
  }

  /** Returns how many bytes an encoded chunk has. */
  int chunkLength(int chunk) {
    return lengths[chunk];
  }

  /**
   * Reads one encoded chunk to the start of an array and checks it.
   *
   * @throws CorruptDataException if its checksum is wrong
   */
  void readChunk(int chunk, byte[] into) {
    bytes.read(position(chunk), ByteBuffer.wrap(into, 0, lengths[chunk]));
    if (checksum(into, lengths[chunk]) != checksums[chunk]) {
      throw damaged("the checksum of chunk " + chunk + " is wrong");
    }
  }

  private long position(int chunk) {
    if (chunk == 0) {
      return chunksStart;
    }
    int from = (chunk - 1) / 64 * 64;
    long position = milestones[from / 64];
    for (int i = from; i < chunk; i++) {
      position += lengths[i];
    }
    return position;
  }

  private static byte[] readAt(ByteSource bytes, long position, int length) {
    byte[] into = new byte[length];
    bytes.read(position, ByteBuffer.wrap(into));
    return into;
  }

  private static CorruptDataException damaged(String what) {
    return new CorruptDataException(
        "An encoded tensor is damaged: " + what + "; restore it from another copy.");
  }

  private static void putVarint(ByteBuffer out, long value) {
    long rest = value;
    while (rest > 0x7F) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static long getVarint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw damaged("a number in its header has no end");
  }
}

package io.coralml.codec;

import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * An encoded tensor in memory, self-contained but for its base. Immutable and thread-safe.
 *
 * @see TensorCodec
 */
public final class Encoded {
  private final ByteBuffer bytes;
  private final EncodedFormat format;

  private Encoded(ByteBuffer bytes, EncodedFormat format) {
    this.bytes = bytes;
    this.format = format;
  }

  /**
   * Returns the encoded tensor between the buffer's position and limit, without copying it. Header
   * and chunk table are checked now, each chunk when it is decoded.
   *
   * @throws io.coralml.CorruptDataException if this is not an encoded tensor
   */
  public static Encoded of(ByteBuffer encoded) {
    ByteBuffer view = encoded.slice().asReadOnlyBuffer();
    return new Encoded(view, EncodedFormat.read(ByteSource.of(view)));
  }

  /** Returns the number of encoded bytes. */
  public int length() {
    return bytes.capacity();
  }

  /** Returns a read-only, little-endian view of the encoded bytes, with a position of its own. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the type of one element. */
  public DType dtype() {
    return format.header().dtype();
  }

  /** Returns the extents. */
  public Shape shape() {
    return format.header().shape();
  }

  /** Returns the number of bytes of the decoded tensor. */
  public long rawLength() {
    return format.header().byteLength();
  }

  /** Returns the identity of the base that decoding needs; empty if it needs none. */
  public Optional<TensorId> baseId() {
    return Optional.ofNullable(format.baseId());
  }

  /**
   * Counts what this encoding is made of.
   *
   * @throws io.coralml.CorruptDataException if a chunk is damaged
   */
  public EncodedStats stats() {
    Map<ChunkMode, Integer> chunks = new EnumMap<>(ChunkMode.class);
    long tables = format.overheadBytes();
    for (int chunk = 0; chunk < format.chunkCount(); chunk++) {
      byte[] encoded = new byte[format.chunkLength(chunk)];
      format.readChunk(chunk, encoded);
      chunks.merge(ChunkMode.of(encoded[0] & 0xFF), 1, Integer::sum);
      tables += CodedChunk.tableBytes(encoded, encoded.length);
    }
    return new EncodedStats(
        EncodedStats.elementsOf(dtype(), rawLength()), rawLength(), length(), tables, chunks);
  }

  EncodedFormat format() {
    return format;
  }

  @Override
  public String toString() {
    return dtype() + " " + shape() + " in " + length() + " of " + rawLength() + " bytes";
  }
}

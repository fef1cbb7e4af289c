package io.coralml.codec;

import com.github.luben.zstd.Zstd;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Decodes chunks of one encoded tensor. Immutable and thread-safe. */
final class ChunkDecoder {
  private final EncodedFormat format;
  private final EncodedFormat.Header header;
  private final @Nullable TensorSource base;

  /**
   * @param base what was the base when this was encoded; may be null if the encoding needs none
   * @throws InvalidInputException if the base is missing or another one
   */
  ChunkDecoder(EncodedFormat format, @Nullable TensorSource base) {
    this.format = format;
    this.header = format.header();
    this.base = format.baseId() == null ? null : checked(format, base);
  }

  private static TensorSource checked(EncodedFormat format, @Nullable TensorSource base) {
    if (base == null) {
      throw new InvalidInputException(
          "This tensor was encoded against the base " + format.baseId() + "; decode it with that.");
    }
    EncodedFormat.Header header = format.header();
    TensorCodec.requireSameForm(header.dtype(), header.shape(), header.byteLength(), base);
    if (!base.id().equals(format.baseId())) {
      throw new InvalidInputException(
          "This tensor was encoded against the base "
              + format.baseId()
              + ", not against "
              + base.id()
              + "; decode it with the right one.");
    }
    return base;
  }

  EncodedFormat.Header header() {
    return header;
  }

  int chunkCount() {
    return format.chunkCount();
  }

  /**
   * Decodes one chunk.
   *
   * @param into receives exactly the chunk's raw bytes
   * @throws CorruptDataException if the chunk is not what the specification says
   */
  void decode(int chunk, ByteBuffer into) {
    byte[] encoded = format.chunk(chunk);
    int length = header.rawLength(chunk);
    switch (ChunkMode.of(encoded[0] & 0xFF)) {
      case RAW -> {
        require(encoded.length == 1 + length, chunk);
        into.put(encoded, 1, length);
      }
      case CONSTANT -> {
        require(encoded.length == 1 + header.width(), chunk);
        for (int i = 0; i < length; i += header.width()) {
          into.put(encoded, 1, header.width());
        }
      }
      case BASE -> {
        require(encoded.length == 1, chunk);
        if (base == null) {
          throw damaged(chunk);
        }
        base.read(header.rawPosition(chunk), into);
      }
      case ZSTD -> {
        byte[] planes = new byte[length];
        long got = Zstd.decompressByteArray(planes, 0, length, encoded, 1, encoded.length - 1);
        require(got == length, chunk);
        into.put(Planes.join(planes, header.width()));
      }
    }
  }

  private static void require(boolean holds, int chunk) {
    if (!holds) {
      throw damaged(chunk);
    }
  }

  private static CorruptDataException damaged(int chunk) {
    return new CorruptDataException(
        "Chunk "
            + chunk
            + " of an encoded tensor is damaged although its checksum is right; restore it from"
            + " another copy.");
  }
}

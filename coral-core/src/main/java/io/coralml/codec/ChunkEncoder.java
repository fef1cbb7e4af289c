package io.coralml.codec;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the cheapest {@link ChunkMode} of one chunk. Stateless and thread-safe. */
final class ChunkEncoder {
  private final int width;
  private final int level;

  /**
   * @param width bytes per element
   * @param effort decides the zstd level
   */
  ChunkEncoder(int width, Effort effort) {
    this.width = width;
    this.level =
        switch (effort) {
          case FAST -> 1;
          case BALANCED -> 3;
          case MAX -> 12;
        };
  }

  /**
   * Encodes one chunk.
   *
   * @param raw its bytes, at least one and whole elements
   * @param base the base's bytes at the same place, or null
   */
  byte[] encode(byte[] raw, byte @Nullable [] base) {
    if (base != null && Arrays.equals(raw, base)) {
      return new byte[] {(byte) ChunkMode.BASE.code()};
    }
    if (isConstant(raw)) {
      byte[] encoded = new byte[1 + width];
      encoded[0] = (byte) ChunkMode.CONSTANT.code();
      System.arraycopy(raw, 0, encoded, 1, width);
      return encoded;
    }
    byte[] compressed = Zstd.compress(Planes.split(raw, width), level);
    boolean smaller = compressed.length < raw.length;
    byte[] payload = smaller ? compressed : raw;
    byte[] encoded = new byte[1 + payload.length];
    encoded[0] = (byte) (smaller ? ChunkMode.ZSTD : ChunkMode.RAW).code();
    System.arraycopy(payload, 0, encoded, 1, payload.length);
    return encoded;
  }

  private boolean isConstant(byte[] raw) {
    return Arrays.equals(raw, width, raw.length, raw, 0, raw.length - width);
  }
}

package io.coralml.codec;

import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The raw bytes of one chunk. */
final class ChunkBytes {
  private ChunkBytes() {}

  /**
   * Returns bytes of a source, little-endian, position 0 to limit; not copied if they are in memory
   * already.
   */
  static ByteBuffer of(TensorSource source, long position, int length) {
    if (source instanceof Tensor tensor) {
      return tensor.data().slice((int) position, length).order(ByteOrder.LITTLE_ENDIAN);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    source.read(position, bytes);
    return bytes.flip();
  }
}

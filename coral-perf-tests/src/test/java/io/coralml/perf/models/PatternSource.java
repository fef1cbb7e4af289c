package io.coralml.perf.models;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A tensor of any size that nobody has to hold: its bytes are computed as they are read, fast
 * enough not to be the bottleneck. The bits of elements are those of {@link Randomness}, with every
 * fourth byte of eight cleared so that there is something to compress. Immutable and thread-safe.
 */
public record PatternSource(DType dtype, Shape shape, long seed) implements TensorSource {
  private static final long MASK = 0x00FFFFFF_00FFFFFFL;

  @Override
  public long byteLength() {
    return shape.elements() * dtype.bytes();
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), byteLength());
    Randomness random = new Randomness(seed);
    long at = position;
    while (into.hasRemaining()) {
      long word = random.bits(at >>> 3) & MASK;
      int offset = (int) (at & 7);
      if (offset == 0 && into.remaining() >= Long.BYTES) {
        // The buffer's own order is not ours to touch.
        into.putLong(
            into.order() == java.nio.ByteOrder.LITTLE_ENDIAN ? word : Long.reverseBytes(word));
        at += Long.BYTES;
      } else {
        into.put((byte) (word >>> (8 * offset)));
        at++;
      }
    }
  }
}

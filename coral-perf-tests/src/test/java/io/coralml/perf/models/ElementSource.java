package io.coralml.perf.models;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A tensor that is computed element by element when it is read, so that it may be larger than
 * memory. Thread-safe when {@link #fill} is.
 */
abstract class ElementSource implements TensorSource {
  private static final int BLOCK_BYTES = 64 << 10;

  private final FloatFormat format;
  private final Shape shape;

  ElementSource(FloatFormat format, Shape shape) {
    this.format = format;
    this.shape = shape;
  }

  /**
   * Puts the elements from {@code first} on until the buffer, which is little-endian and holds
   * whole elements, is full.
   */
  abstract void fill(long first, ByteBuffer elements);

  FloatFormat format() {
    return format;
  }

  @Override
  public final DType dtype() {
    return format.dtype();
  }

  @Override
  public final Shape shape() {
    return shape;
  }

  @Override
  public final long byteLength() {
    return shape.elements() * format.bytes();
  }

  @Override
  public final void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), byteLength());
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long at = position;
    while (into.hasRemaining()) {
      int skipped = (int) (at % format.bytes());
      long start = at - skipped;
      int wanted = (int) Math.min(BLOCK_BYTES, (long) skipped + into.remaining());
      int whole = (wanted + format.bytes() - 1) / format.bytes() * format.bytes();
      block.clear().limit(whole);
      fill(start / format.bytes(), block);
      into.put(block.flip().position(skipped).limit(wanted));
      at = start + wanted;
    }
  }
}

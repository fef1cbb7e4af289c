package io.coralml.merge;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tensor computed element by element as it is read, in blocks, so that a result larger than
 * memory costs no more than four blocks of it. Thread-safe if the tensors it is made of are.
 */
final class ElementwiseTensor implements TensorSource {
  private final @Nullable TensorSource base;
  private final TensorSource ours;
  private final TensorSource theirs;
  private final ElementRule rule;
  private final int width;

  /**
   * @param base null when the rule does without
   * @param ours gives the result its dtype and shape; the others must have the same
   */
  ElementwiseTensor(
      @Nullable TensorSource base, TensorSource ours, TensorSource theirs, ElementRule rule) {
    this.base = base;
    this.ours = ours;
    this.theirs = theirs;
    this.rule = rule;
    this.width = ours.dtype().bytes();
  }

  @Override
  public DType dtype() {
    return ours.dtype();
  }

  @Override
  public Shape shape() {
    return ours.shape();
  }

  @Override
  public long byteLength() {
    return ours.byteLength();
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), byteLength());
    long from = position;
    while (into.hasRemaining()) {
      // Whole elements around the range: the first and the last may be wanted in part only.
      long element = from / width;
      int skip = (int) (from - element * width);
      int wanted = Math.min(into.remaining(), BlockCursor.BLOCK_BYTES - skip);
      ByteBuffer block = compute(element, (skip + wanted + width - 1) / width);
      into.put(block.slice(skip, wanted));
      from += wanted;
    }
  }

  private ByteBuffer compute(long first, int count) {
    ByteBuffer bases = base == null ? null : block(base, first, count);
    ByteBuffer mine = block(ours, first, count);
    ByteBuffer others = block(theirs, first, count);
    ByteBuffer result = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      long bits =
          rule.bits(
              first + i,
              bases == null ? 0 : Elements.get(bases, width, i),
              Elements.get(mine, width, i),
              Elements.get(others, width, i));
      Elements.put(result, width, i, bits);
    }
    return result;
  }

  private ByteBuffer block(TensorSource source, long first, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * width);
    source.read(first * width, bytes);
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }
}

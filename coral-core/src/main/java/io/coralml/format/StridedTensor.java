package io.coralml.format;

import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A tensor whose elements lie in a source at regular distances, in any order of axes and either
 * byte order. Row-major elements are read where they lie; any other order is gathered into memory
 * at the first read and kept while memory allows. As thread-safe as the source.
 */
final class StridedTensor implements TensorSource {
  private final String what;
  private final ByteSource bytes;
  private final long offset;
  private final Element element;
  private final Shape shape;
  private final long[] strides;
  private final boolean rowMajor;

  // A race gathers the same immutable tensor twice, which is harmless.
  private volatile SoftReference<Tensor> gathered = new SoftReference<>(null);

  /**
   * What one element is.
   *
   * @param dtype its type here
   * @param width its bytes
   * @param swapped how many bytes at a time are in reverse order; 1 when none are
   */
  record Element(DType dtype, int width, int swapped) {}

  /**
   * @param what what messages call the tensor
   * @param bytes where the elements are
   * @param offset of the first element
   * @param strides distances along each axis, in elements, not negative
   * @throws InvalidInputException if the elements do not lie in the source, or are more than it
   *     holds (the same elements used over and over)
   */
  StridedTensor(
      String what, ByteSource bytes, long offset, Element element, Shape shape, long[] strides) {
    this.what = what;
    this.bytes = bytes;
    this.offset = offset;
    this.element = element;
    this.shape = shape;
    this.strides = strides.clone();
    this.rowMajor = isRowMajor(shape, strides);
    long room = (bytes.length() - offset) / element.width;
    if (shape.elements() > 0 && (shape.elements() > room || reach() >= room)) {
      throw new InvalidInputException(
          what + " of shape " + shape + " reaches beyond the " + room + " elements there are.");
    }
  }

  /** Returns the distances of a shape in row-major order. */
  static long[] rowMajor(Shape shape) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, shape.dim(axis));
    }
    return strides;
  }

  /** Returns the distances of a shape in column-major order, which Fortran uses. */
  static long[] columnMajor(Shape shape) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int axis = 0; axis < shape.rank(); axis++) {
      strides[axis] = stride;
      stride *= Math.max(1, shape.dim(axis));
    }
    return strides;
  }

  private static boolean isRowMajor(Shape shape, long[] strides) {
    long[] expected = rowMajor(shape);
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) > 1 && strides[axis] != expected[axis]) {
        return shape.elements() == 0;
      }
    }
    return true;
  }

  /** Returns the distance of the last element from the first; at most 63 bits. */
  private long reach() {
    long reach = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      long steps = shape.dim(axis) - 1;
      if (strides[axis] < 0
          || Math.multiplyHigh(steps, strides[axis]) != 0
          || steps * strides[axis] < 0
          || reach + steps * strides[axis] < 0) {
        return Long.MAX_VALUE;
      }
      reach += steps * strides[axis];
    }
    return reach;
  }

  @Override
  public DType dtype() {
    return element.dtype;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public long byteLength() {
    return shape.elements() * element.width;
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), byteLength());
    if (!rowMajor) {
      inOrder().read(position, into);
    } else if (element.swapped == 1) {
      bytes.read(offset + position, into);
    } else {
      readSwapped(position, into);
    }
  }

  private void readSwapped(long position, ByteBuffer into) {
    int unit = element.swapped;
    long start = position / unit * unit;
    long end = (position + into.remaining() + unit - 1) / unit * unit;
    // A megabyte at a time: the caller's buffer may be as large as a buffer can be.
    for (long at = start; at < end; at += 1 << 20) {
      int length = (int) Math.min(1 << 20, end - at);
      byte[] block = new byte[length];
      bytes.read(offset + at, ByteBuffer.wrap(block));
      reverse(block, unit);
      int from = (int) Math.max(0, position - at);
      into.put(block, from, Math.min(length - from, into.remaining()));
    }
  }

  private static void reverse(byte[] block, int unit) {
    for (int at = 0; at < block.length; at += unit) {
      for (int low = at, high = at + unit - 1; low < high; low++, high--) {
        byte kept = block[low];
        block[low] = block[high];
        block[high] = kept;
      }
    }
  }

  private Tensor inOrder() {
    Tensor tensor = gathered.get();
    if (tensor == null) {
      tensor = gather();
      gathered = new SoftReference<>(tensor);
    }
    return tensor;
  }

  private Tensor gather() {
    long span = (reach() + 1) * element.width;
    if (span > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          what + " is not in row-major order and too large to be put in order; save it so.");
    }
    byte[] from = new byte[(int) span];
    bytes.read(offset, ByteBuffer.wrap(from));
    if (element.swapped > 1) {
      reverse(from, element.swapped);
    }
    byte[] ordered = new byte[(int) byteLength()];
    long[] index = new long[shape.rank()];
    long source = 0;
    for (int at = 0; at < ordered.length; at += element.width) {
      System.arraycopy(from, (int) (source * element.width), ordered, at, element.width);
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        source += strides[axis];
        if (++index[axis] < shape.dim(axis)) {
          break;
        }
        source -= strides[axis] * shape.dim(axis);
        index[axis] = 0;
      }
    }
    return Tensor.of(element.dtype, shape, ByteBuffer.wrap(ordered));
  }

  @Override
  public String toString() {
    return element.dtype + " " + shape + " strides " + Arrays.toString(strides);
  }
}

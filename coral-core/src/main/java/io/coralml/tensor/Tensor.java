package io.coralml.tensor;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in memory: dtype, shape and its little-endian bytes in row-major order. At most 2 GiB;
 * larger ones are read in pieces through {@link TensorSource}. Equality is identity of bits: NaN
 * payloads, signs of zero and all.
 *
 * <p>Thread-safe: the bytes are never written after construction, provided the caller does not
 * write to the buffer it handed over. {@link #of(DType, Shape, ByteBuffer)} does not copy.
 */
public final class Tensor implements TensorSource {
  private final DType dtype;
  private final Shape shape;
  private final ByteBuffer data;

  // The same bytes, and theirs who made the tensor: read-only buffers are hashed piece by piece.
  private final ByteBuffer bytes;

  // Computed once, on demand. A race computes the same immutable value twice, which is harmless.
  private volatile @Nullable TensorId id;

  private Tensor(DType dtype, Shape shape, ByteBuffer bytes) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes;
    this.data = bytes.asReadOnlyBuffer();
    requireLength(dtype, shape, bytes.capacity());
  }

  /**
   * Returns a tensor over the bytes between the buffer's position and limit, without copying them.
   *
   * @param littleEndian the elements, row-major, each little-endian; the buffer's own byte order
   *     does not matter
   * @throws InvalidInputException if the number of bytes does not fit dtype and shape
   */
  public static Tensor of(DType dtype, Shape shape, ByteBuffer littleEndian) {
    return new Tensor(dtype, shape, littleEndian.slice());
  }

  /**
   * Returns a tensor whose identity need not be computed from its bytes any more.
   *
   * @param littleEndian as for {@link #of(DType, Shape, ByteBuffer)}
   * @param leaves the digests of exactly these bytes
   * @throws InvalidInputException if the number of bytes does not fit dtype and shape
   */
  public static Tensor of(DType dtype, Shape shape, ByteBuffer littleEndian, LeafDigests leaves) {
    Tensor tensor = of(dtype, shape, littleEndian);
    tensor.id = leaves.id(dtype, shape);
    return tensor;
  }

  /** Returns an {@code F32} tensor; the array is copied bit for bit (NaN payloads kept). */
  public static Tensor of(float[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return of(DType.F32, shapeFor(values.length, dims), bytes);
  }

  /** Returns an {@code F64} tensor; the array is copied bit for bit (NaN payloads kept). */
  public static Tensor of(double[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
    return of(DType.F64, shapeFor(values.length, dims), bytes);
  }

  /** Returns an {@code I32} tensor; the array is copied. */
  public static Tensor of(int[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return of(DType.I32, shapeFor(values.length, dims), bytes);
  }

  /** Returns an {@code I64} tensor; the array is copied. */
  public static Tensor of(long[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return of(DType.I64, shapeFor(values.length, dims), bytes);
  }

  /**
   * Reads a whole source into memory.
   *
   * @throws InvalidInputException if it holds 2 GiB or more
   */
  public static Tensor copyOf(TensorSource source) {
    if (source instanceof Tensor tensor) {
      return tensor;
    }
    if (source.byteLength() > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "A tensor of "
              + source.byteLength()
              + " bytes does not fit in one buffer; read it in pieces through TensorSource.read.");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) source.byteLength());
    source.read(0, bytes);
    return of(source.dtype(), source.shape(), bytes.flip());
  }

  /**
   * Checks that a number of bytes is what dtype and shape ask for. An opaque dtype fits any number
   * of bytes.
   *
   * @throws InvalidInputException if it is not
   */
  public static void requireLength(DType dtype, Shape shape, long byteLength) {
    if (!dtype.isSized()) {
      return;
    }
    long elements = shape.elements();
    boolean overflow =
        Math.multiplyHigh(elements, dtype.bits()) != 0 || elements * dtype.bits() < 0;
    if (overflow || elements * dtype.bits() % 8 != 0 || elements * dtype.bits() / 8 != byteLength) {
      throw new InvalidInputException(
          "A tensor of dtype "
              + dtype
              + " and shape "
              + shape
              + " cannot have "
              + byteLength
              + " bytes; check the shape or the dtype.");
    }
  }

  private static Shape shapeFor(int elements, long[] dims) {
    return dims.length == 0 ? Shape.of(elements) : Shape.of(dims);
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public long byteLength() {
    return data.capacity();
  }

  /** Returns a read-only, little-endian view of all bytes, with a position of its own. */
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a view of some bytes, to be hashed and not to be written to. */
  ByteBuffer bytes(int from, int length) {
    return bytes.slice(from, length);
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), data.capacity());
    into.put(data.slice((int) position, into.remaining()));
  }

  /** Returns the elements of an {@code F32} tensor, bit for bit. */
  public float[] toFloats() {
    require(DType.F32);
    float[] values = new float[Math.toIntExact(shape.elements())];
    data().asFloatBuffer().get(values);
    return values;
  }

  /** Returns the elements of an {@code F64} tensor, bit for bit. */
  public double[] toDoubles() {
    require(DType.F64);
    double[] values = new double[Math.toIntExact(shape.elements())];
    data().asDoubleBuffer().get(values);
    return values;
  }

  private void require(DType expected) {
    if (!dtype.equals(expected)) {
      throw new InvalidInputException(
          "This tensor is " + dtype + ", not " + expected + "; read its bytes with data().");
    }
  }

  /**
   * Returns the permanent identity, computed at the first call; large tensors are hashed in
   * parallel.
   */
  @Override
  public TensorId id() {
    TensorId known = id;
    if (known == null) {
      known = TensorId.of(this);
      id = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && dtype.equals(tensor.dtype)
        && shape.equals(tensor.shape)
        && data.equals(tensor.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dtype, shape, data);
  }

  @Override
  public String toString() {
    return dtype + " " + shape + " (" + byteLength() + " bytes)";
  }
}

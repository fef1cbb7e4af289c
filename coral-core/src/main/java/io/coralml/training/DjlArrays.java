package io.coralml.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Arrays of the Deep Java Library as tensors, and back, bit for bit. */
final class DjlArrays {
  private static final Map<DataType, DType> TYPES =
      Map.ofEntries(
          Map.entry(DataType.FLOAT64, DType.F64),
          Map.entry(DataType.FLOAT32, DType.F32),
          Map.entry(DataType.FLOAT16, DType.F16),
          Map.entry(DataType.BFLOAT16, DType.BF16),
          Map.entry(DataType.INT64, DType.I64),
          Map.entry(DataType.INT32, DType.I32),
          Map.entry(DataType.INT16, DType.I16),
          Map.entry(DataType.INT8, DType.I8),
          Map.entry(DataType.UINT64, DType.U64),
          Map.entry(DataType.UINT32, DType.U32),
          Map.entry(DataType.UINT16, DType.U16),
          Map.entry(DataType.UINT8, DType.U8),
          Map.entry(DataType.BOOLEAN, DType.BOOL));

  private DjlArrays() {}

  /**
   * Returns an array as a tensor that is fetched from its device when it is first read. On a CPU it
   * is a view: it changes when the array does.
   *
   * @throws InvalidInputException if the array's type is not known here
   */
  static TensorSource source(NDArray array) {
    DType dtype = TYPES.get(array.getDataType());
    if (dtype == null || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new InvalidInputException(
          "An array of type "
              + array.getDataType()
              + " cannot be saved on this machine; convert it to another type.");
    }
    return new Fetched(array, dtype, Shape.of(array.getShape().getShape()));
  }

  /** An array that is read once, from its beginning to its end, by one thread. */
  private static final class Fetched implements TensorSource {
    private final NDArray array;
    private final DType dtype;
    private final Shape shape;
    private @Nullable ByteBuffer bytes;

    Fetched(NDArray array, DType dtype, Shape shape) {
      this.array = array;
      this.dtype = dtype;
      this.shape = shape;
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
      return shape.elements() * dtype.bytes();
    }

    @Override
    public void read(long position, ByteBuffer into) {
      Objects.checkFromIndexSize(position, into.remaining(), byteLength());
      ByteBuffer fetched = bytes;
      if (fetched == null) {
        fetched = array.toByteBuffer(true).slice();
        bytes = fetched;
      }
      into.put(fetched.slice((int) position, into.remaining()));
    }
  }

  /**
   * Writes a tensor over an array.
   *
   * @throws InvalidInputException if type or shape differ
   */
  static void set(String name, NDArray array, TensorSource tensor) {
    boolean alike =
        tensor.dtype().equals(TYPES.get(array.getDataType()))
            && tensor.shape().equals(Shape.of(array.getShape().getShape()));
    if (!alike) {
      throw new InvalidInputException(
          "The checkpoint has "
              + name
              + " as "
              + tensor.dtype()
              + " "
              + tensor.shape()
              + " and the network as "
              + array.getDataType()
              + " "
              + array.getShape()
              + "; build the network as it was.");
    }
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(tensor.byteLength()))
            .order(ByteOrder.nativeOrder());
    tensor.read(0, bytes);
    array.set(bytes.flip());
  }
}

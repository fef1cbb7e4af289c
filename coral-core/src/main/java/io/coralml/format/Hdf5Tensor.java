package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Set;

/** One dataset of an HDF5 file as a tensor; see {@link Hdf5} for the rules. */
final class Hdf5Tensor {
  // No deflate stream makes more of its input.
  private static final long MOST_INFLATION = 1032;
  private static final long NO_ADDRESS = -1;

  private final String file;
  private final String name;
  private final Dataset dataset;

  Hdf5Tensor(String file, String name, Dataset dataset) {
    this.file = file;
    this.name = name;
    this.dataset = dataset;
  }

  /**
   * Returns the tensor.
   *
   * @param bytes the whole file
   * @param userBlock bytes before the file's own start
   */
  TensorSource in(ByteSource bytes, long userBlock) {
    StridedTensor.Element element = element(dataset.getDataType());
    Shape shape = Shape.of(dataset.getDimensionsAsLong());
    long length = shape.elements() * element.width();
    if (shape.elements() > Long.MAX_VALUE / element.width()
        || length / MOST_INFLATION > bytes.length()) {
      throw broken("claims more elements than the file can hold");
    }
    ByteSource source;
    long offset = 0;
    if (shape.elements() == 0) {
      source = ByteSource.of(ByteBuffer.allocate(0));
    } else if (dataset instanceof ContiguousDataset contiguous) {
      source = bytes;
      offset = contiguous.getDataAddress();
      if (offset == NO_ADDRESS || offset < 0) {
        throw unsupported("was never written");
      }
      offset += userBlock;
      if (offset > bytes.length() - length) {
        throw broken("reaches beyond the end of the file");
      }
    } else {
      source = new Assembled(length, element.width(), shape);
    }
    return new StridedTensor(
        file + " " + Quoted.of(name),
        source,
        offset,
        element,
        shape,
        StridedTensor.rowMajor(shape));
  }

  private StridedTensor.Element element(DataType type) {
    if (type instanceof FloatingPoint real) {
      return inOrder(real(real), real.getByteOrder());
    } else if (type instanceof FixedPoint integer) {
      return inOrder(integer(integer), integer.getByteOrder());
    } else if (type instanceof EnumDataType names
        && type.getSize() == 1
        && Set.copyOf(names.getEnumMapping().values()).equals(Set.of("FALSE", "TRUE"))) {
      return new StridedTensor.Element(DType.BOOL, 1, 1);
    }
    throw unsupported("is not of numbers");
  }

  private static StridedTensor.Element inOrder(DType dtype, ByteOrder order) {
    int width = dtype.bytes();
    return new StridedTensor.Element(dtype, width, ByteOrder.BIG_ENDIAN.equals(order) ? width : 1);
  }

  private DType real(FloatingPoint type) {
    for (DType dtype : new DType[] {DType.F16, DType.BF16, DType.F32, DType.F64}) {
      if (type.getSize() == dtype.bytes()
          && type.getExponentSize() == dtype.exponentBits()
          && type.getMantissaSize() == dtype.mantissaBits()
          && type.getMantissaLocation() == 0
          && type.getExponentLocation() == dtype.mantissaBits()
          && type.getSignLocation() == dtype.bits() - 1
          && type.getExponentBias() == (1 << (dtype.exponentBits() - 1)) - 1) {
        return dtype;
      }
    }
    throw unsupported("is of floats that no model uses");
  }

  private DType integer(FixedPoint type) {
    for (DType dtype : DType.known()) {
      if (dtype.kind() == DType.Kind.INTEGER
          && dtype.bytes() == type.getSize()
          && dtype.signed() == type.isSigned()
          && type.getBitPrecision() == dtype.bits()
          && type.getBitOffset() == 0) {
        return dtype;
      }
    }
    throw unsupported("is of integers that no model uses");
  }

  private InvalidInputException unsupported(String how) {
    return new InvalidInputException(
        file
            + " has the dataset "
            + Quoted.of(name)
            + ", which "
            + how
            + " and is not supported; leave it out of the file.");
  }

  private CorruptDataException broken(String how) {
    return new CorruptDataException(
        file + " is not a readable HDF5 file: the dataset " + Quoted.of(name) + " " + how + ".");
  }

  /** The bytes of a dataset that does not lie in one piece, put together at the first read. */
  private final class Assembled implements ByteSource {
    private final long length;
    private final int width;
    private final Shape shape;
    private SoftReference<byte[]> held = new SoftReference<>(null);

    Assembled(long length, int width, Shape shape) {
      this.length = length;
      this.width = width;
      this.shape = shape;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public void read(long position, ByteBuffer into) {
      Objects.checkFromIndexSize(position, into.remaining(), length);
      into.put(bytes(), (int) position, into.remaining());
    }

    // The library does not say that a dataset may be read by several threads at once.
    private synchronized byte[] bytes() {
      byte[] bytes = held.get();
      if (bytes == null) {
        bytes = Hdf5.guarded(file, this::assemble);
        held = new SoftReference<>(bytes);
      }
      return bytes;
    }

    private byte[] assemble() {
      if (length > Integer.MAX_VALUE - 8) {
        throw unsupported("has " + length + " bytes in chunks");
      }
      if (!(dataset instanceof ChunkedDataset chunked)) {
        return compact();
      }
      byte[] whole = new byte[(int) length];
      int[] chunk = chunked.getChunkDimensions();
      long inChunk = width;
      for (int extent : chunk) {
        inChunk *= Math.max(0, extent);
      }
      if (chunk.length != shape.rank() || inChunk <= 0 || inChunk > Integer.MAX_VALUE) {
        throw broken("has impossible chunks");
      }
      int[] start = new int[chunk.length];
      boolean more = true;
      while (more) {
        byte[] data = chunked.getDecompressedChunk(start.clone());
        if (data.length != inChunk) {
          throw broken("has a chunk of " + data.length + " bytes instead of " + inChunk);
        }
        place(data, chunk, start, whole);
        more = false;
        for (int axis = chunk.length - 1; axis >= 0 && !more; axis--) {
          start[axis] += chunk[axis];
          more = start[axis] < shape.dim(axis);
          start[axis] = more ? start[axis] : 0;
        }
      }
      return whole;
    }

    /** Copies what of a chunk lies inside the dataset, a run along the last axis at a time. */
    private void place(byte[] data, int[] chunk, int[] start, byte[] whole) {
      int last = chunk.length - 1;
      long[] strides = StridedTensor.rowMajor(shape);
      int run = (int) Math.min(chunk[last], shape.dim(last) - start[last]) * width;
      int[] index = new int[chunk.length];
      for (int from = 0; from < data.length; from += chunk[last] * width) {
        long to = 0;
        boolean inside = true;
        for (int axis = 0; axis <= last; axis++) {
          inside &= start[axis] + index[axis] < shape.dim(axis);
          to += (start[axis] + index[axis]) * strides[axis];
        }
        if (inside) {
          System.arraycopy(data, from, whole, (int) to * width, run);
        }
        for (int axis = last - 1; axis >= 0 && ++index[axis] == chunk[axis]; axis--) {
          index[axis] = 0;
        }
      }
    }

    /** A compact dataset is a few numbers in its own header; the library hands out values only. */
    private byte[] compact() {
      StridedTensor.Element element = element(dataset.getDataType());
      ByteBuffer out = ByteBuffer.allocate((int) length);
      out.order(element.swapped() > 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      Object values = dataset.getDataFlat();
      if (values instanceof double[] doubles) {
        out.asDoubleBuffer().put(doubles);
      } else if (values instanceof float[] floats && element.width() == Float.BYTES) {
        out.asFloatBuffer().put(floats);
      } else if (values instanceof long[] longs && element.width() == Long.BYTES) {
        out.asLongBuffer().put(longs);
      } else if (values instanceof int[] ints && element.width() == Integer.BYTES) {
        out.asIntBuffer().put(ints);
      } else if (values instanceof byte[] small && element.width() == 1) {
        out.put(small);
      } else {
        throw unsupported("is stored compactly");
      }
      return out.array();
    }
  }
}

package io.coralml.format;

import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A tensor whose little-endian bytes lie in one piece in a source. As thread-safe as the source.
 *
 * @param bytes the source
 * @param offset where the tensor's first byte is in the source
 * @param dtype the type of one element
 * @param shape the extents
 * @param byteLength bytes of the tensor; already checked against dtype, shape and source
 */
record SourceTensor(ByteSource bytes, long offset, DType dtype, Shape shape, long byteLength)
    implements TensorSource {
  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), byteLength);
    bytes.read(offset + position, into);
  }

  @Override
  public String toString() {
    return dtype + " " + shape + " (" + byteLength + " bytes)";
  }
}

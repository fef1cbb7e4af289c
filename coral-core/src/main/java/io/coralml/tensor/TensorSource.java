package io.coralml.tensor;

import java.nio.ByteBuffer;

/**
 * A tensor whose bytes can be read in pieces: in memory, in a file, or generated. It may be larger
 * than memory or than a {@link ByteBuffer}. Implementations state whether they may be read by
 * several threads at once; all of the project's own may.
 */
public interface TensorSource {
  /** Returns the type of one element. */
  DType dtype();

  /** Returns the extents. */
  Shape shape();

  /** Returns the number of bytes: elements times element size where the dtype has one. */
  long byteLength();

  /**
   * Fills the buffer from its position to its limit with the little-endian bytes that begin at
   * {@code position}.
   *
   * @param position offset in bytes from the start of the tensor
   * @param into receives exactly {@code into.remaining()} bytes; its byte order is not touched
   * @throws IndexOutOfBoundsException if the range does not lie inside the tensor
   */
  void read(long position, ByteBuffer into);

  /**
   * Returns the permanent identity. Computed by reading every byte, unless the implementation knows
   * it already.
   */
  default TensorId id() {
    return TensorId.of(this);
  }
}

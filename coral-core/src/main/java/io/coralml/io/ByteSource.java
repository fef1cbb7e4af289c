package io.coralml.io;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Bytes of known length that can be read from any position, by any number of threads. */
public interface ByteSource {
  /** Returns the number of bytes. */
  long length();

  /**
   * Fills the buffer from its position to its limit.
   *
   * @param position offset of the first byte to read
   * @throws IndexOutOfBoundsException if the range does not lie inside the source
   */
  void read(long position, ByteBuffer into);

  /**
   * Returns a source over the bytes between the buffer's position and limit, without copying them.
   */
  static ByteSource of(ByteBuffer bytes) {
    ByteBuffer view = bytes.slice().asReadOnlyBuffer();
    return new ByteSource() {
      @Override
      public long length() {
        return view.capacity();
      }

      @Override
      public void read(long position, ByteBuffer into) {
        Objects.checkFromIndexSize(position, into.remaining(), view.capacity());
        into.put(view.slice((int) position, into.remaining()));
      }
    };
  }
}

package io.coralml.codec;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/** A channel that keeps what is written to it. */
final class MemoryChannel implements WritableByteChannel {
  private byte[] bytes = new byte[64];
  private int length;

  @Override
  public int write(ByteBuffer from) {
    int more = from.remaining();
    if (more > Integer.MAX_VALUE - 8 - length) {
      throw new InvalidInputException(
          "The encoded tensor does not fit in 2 GiB of memory; encode it to a channel.");
    }
    if (length + more > bytes.length) {
      long grown = Math.max(length + more, bytes.length + (bytes.length >> 1));
      bytes = Arrays.copyOf(bytes, (int) Math.min(grown, Integer.MAX_VALUE - 8));
    }
    from.get(bytes, length, more);
    length += more;
    return more;
  }

  ByteBuffer written() {
    return ByteBuffer.wrap(bytes, 0, length).slice();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    // Memory needs no closing.
  }
}

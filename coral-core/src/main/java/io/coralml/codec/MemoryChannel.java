package io.coralml.codec;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/** A channel that keeps what is written to it. */
final class MemoryChannel implements WritableByteChannel {
  private byte[] bytes = new byte[64];
  private int length;

  /** Expects that many more bytes: what is written need then not be moved. */
  void expect(long more) {
    long enough = Math.min(length + more, Integer.MAX_VALUE - 8);
    if (enough > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) enough);
    }
  }

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

  /** Returns what was written; more room than an eighth of it is given back. */
  ByteBuffer written() {
    if (bytes.length - length > length / 8) {
      bytes = Arrays.copyOf(bytes, length);
    }
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

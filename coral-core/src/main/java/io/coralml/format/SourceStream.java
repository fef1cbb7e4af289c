package io.coralml.format;

import io.coralml.io.ByteSource;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A stretch of a {@link ByteSource} as a stream. For one thread. */
final class SourceStream extends InputStream {
  private final ByteSource bytes;
  private final long end;
  private long position;

  SourceStream(ByteSource bytes, long start, long length) {
    Objects.checkFromIndexSize(start, length, bytes.length());
    this.bytes = bytes;
    this.position = start;
    this.end = start + length;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, end - position);
    if (count <= 0) {
      return -1;
    }
    bytes.read(position, ByteBuffer.wrap(into, offset, count));
    position += count;
    return count;
  }
}

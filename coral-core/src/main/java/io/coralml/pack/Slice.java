package io.coralml.pack;

import io.coralml.io.ByteSource;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A range of a longer source. */
record Slice(ByteSource whole, long offset, long length) implements ByteSource {
  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, (long) into.remaining(), length);
    whole.read(offset + position, into);
  }
}

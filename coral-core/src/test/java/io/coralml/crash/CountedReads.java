package io.coralml.crash;

import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** A storage that counts the bytes that are read of its files. */
public final class CountedReads {
  private final AtomicLong bytes = new AtomicLong();

  /** Returns a storage that does what another one does, and counts here. */
  public Storage of(Storage storage) {
    return new ForwardingStorage(storage) {
      @Override
      public ReadableFile open(String name) {
        return new Counted(super.open(name), bytes);
      }
    };
  }

  /** Returns how many bytes were read since this was called last. */
  public long take() {
    return bytes.getAndSet(0);
  }

  private record Counted(ReadableFile file, AtomicLong bytes) implements ReadableFile {
    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long length() {
      return file.length();
    }

    @Override
    public void read(long position, ByteBuffer into) {
      bytes.addAndGet(into.remaining());
      file.read(position, into);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}

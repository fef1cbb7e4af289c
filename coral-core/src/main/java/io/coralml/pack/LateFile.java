package io.coralml.pack;

import io.coralml.CorruptDataException;
import io.coralml.StorageException;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A file of known length that is opened when it is first read. Thread-safe. */
final class LateFile implements ReadableFile {
  private final Storage storage;
  private final String name;
  private final long length;
  private volatile @Nullable ReadableFile opened;
  private boolean closed;

  LateFile(Storage storage, String name, long length) {
    this.storage = storage;
    this.name = name;
    this.length = length;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer into) {
    ReadableFile file = opened;
    (file != null ? file : open()).read(position, into);
  }

  private synchronized ReadableFile open() {
    if (closed) {
      throw new StorageException("'" + name + "' is closed and cannot be read.");
    }
    ReadableFile file = opened;
    if (file == null) {
      file = storage.open(name);
      if (file.length() != length) {
        file.close();
        throw new CorruptDataException(
            "'" + name + "' has another length than it was written with; run fsck.");
      }
      opened = file;
    }
    return file;
  }

  @Override
  public synchronized void close() {
    closed = true;
    ReadableFile file = opened;
    if (file != null) {
      file.close();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

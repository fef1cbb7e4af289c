package io.coralml.crash;

import io.coralml.StorageException;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A storage that refuses one of the operations that change something, and every one after it until
 * told to {@link #recover}: a disk that is full, or a permission that is missing.
 *
 * <p>Usage: run the same thing again and again, failing at operation 0, 1, 2, ... until a run is
 * through without reaching the failure.
 */
public final class FailingStorage implements Storage {
  private final Storage storage;
  private final String message;
  private final AtomicInteger left;
  private volatile boolean failed;
  private volatile boolean recovered;

  /**
   * Wraps a storage.
   *
   * @param after how many changing operations succeed first
   * @param message what the exception says from then on
   */
  public FailingStorage(Storage storage, int after, String message) {
    this.storage = storage;
    this.left = new AtomicInteger(after);
    this.message = message;
  }

  /** Returns whether an operation has been refused. */
  public boolean hasFailed() {
    return failed;
  }

  /** Refuses nothing from here on. */
  public void recover() {
    recovered = true;
  }

  private void change() {
    if (!recovered && left.getAndDecrement() <= 0) {
      failed = true;
      throw new StorageException(message);
    }
  }

  @Override
  public Optional<FileInfo> info(String name) {
    return storage.info(name);
  }

  @Override
  public List<String> list(String directory) {
    return storage.list(directory);
  }

  @Override
  public ReadableFile open(String name) {
    return storage.open(name);
  }

  @Override
  public WritableFile create(String name) {
    change();
    return new Writing(storage.create(name));
  }

  @Override
  public WritableFile createTemporary(String suffix) {
    change();
    return new Writing(storage.createTemporary(suffix));
  }

  @Override
  public WritableFile append(String name) {
    change();
    return new Writing(storage.append(name));
  }

  private final class Writing implements WritableFile {
    private final WritableFile file;

    Writing(WritableFile file) {
      this.file = file;
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long length() {
      return file.length();
    }

    @Override
    public void write(ByteBuffer bytes) {
      write(file.length(), bytes);
    }

    /** A write that fails has often written some of its bytes. */
    @Override
    public void write(long position, ByteBuffer bytes) {
      try {
        change();
      } catch (StorageException e) {
        file.write(position, bytes.slice(bytes.position(), bytes.remaining() / 2));
        throw e;
      }
      file.write(position, bytes);
    }

    @Override
    public void read(long position, ByteBuffer into) {
      file.read(position, into);
    }

    @Override
    public void force() {
      change();
      file.force();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  @Override
  public void rename(String from, String to) {
    change();
    storage.rename(from, to);
  }

  @Override
  public boolean renameIfAbsent(String from, String to) {
    change();
    return storage.renameIfAbsent(from, to);
  }

  @Override
  public void createDirectory(String name) {
    if (!storage.exists(name)) {
      change();
    }
    storage.createDirectory(name);
  }

  @Override
  public void forceDirectory(String name) {
    change();
    storage.forceDirectory(name);
  }

  @Override
  public boolean delete(String name) {
    change();
    return storage.delete(name);
  }

  @Override
  public StorageLock lock(String name) {
    return storage.lock(name);
  }

  @Override
  public Optional<StorageLock> tryLock(String name, Duration patience) {
    return storage.tryLock(name, patience);
  }

  @Override
  public void close() {
    storage.close();
  }
}

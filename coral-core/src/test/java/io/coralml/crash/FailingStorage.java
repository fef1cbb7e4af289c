package io.coralml.crash;

import io.coralml.StorageException;
import io.coralml.io.Storage;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A storage that refuses one of the operations that change something, and every one after it until
 * told to {@link #recover}: a disk that is full, or a permission that is missing.
 *
 * <p>Usage: run the same thing again and again, failing at operation 0, 1, 2, ... until a run is
 * through without reaching the failure.
 */
public final class FailingStorage extends ForwardingStorage {
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
    super(storage);
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
  public WritableFile create(String name) {
    change();
    return new Writing(super.create(name));
  }

  @Override
  public WritableFile createTemporary(String suffix) {
    change();
    return new Writing(super.createTemporary(suffix));
  }

  @Override
  public WritableFile append(String name) {
    change();
    return new Writing(super.append(name));
  }

  private final class Writing extends ForwardingFile {
    Writing(WritableFile file) {
      super(file);
    }

    /** A write that fails has often written some of its bytes. */
    @Override
    public void write(long position, ByteBuffer bytes) {
      try {
        change();
      } catch (StorageException e) {
        super.write(position, bytes.slice(bytes.position(), bytes.remaining() / 2));
        throw e;
      }
      super.write(position, bytes);
    }

    @Override
    public void force() {
      change();
      super.force();
    }
  }

  @Override
  public void rename(String from, String to) {
    change();
    super.rename(from, to);
  }

  @Override
  public boolean renameIfAbsent(String from, String to) {
    change();
    return super.renameIfAbsent(from, to);
  }

  @Override
  public void createDirectory(String name) {
    if (!exists(name)) {
      change();
    }
    super.createDirectory(name);
  }

  @Override
  public void forceDirectory(String name) {
    change();
    super.forceDirectory(name);
  }

  @Override
  public boolean delete(String name) {
    change();
    return super.delete(name);
  }
}

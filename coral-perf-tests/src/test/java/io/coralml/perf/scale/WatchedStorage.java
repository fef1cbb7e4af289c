package io.coralml.perf.scale;

import io.coralml.StorageException;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A storage that counts what it is asked for, and can be made slow or full: every force can take
 * longer, and writing beyond a quota fails as on a full disk. Thread-safe.
 */
public final class WatchedStorage implements Storage {
  private final Storage storage;
  private final Duration forceDelay;
  private final AtomicLong forceNanos = new AtomicLong();
  private final AtomicLong forces = new AtomicLong();
  private final AtomicLong lockNanos = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final boolean forcing;
  private volatile long quota = Long.MAX_VALUE;

  private WatchedStorage(Storage storage, Duration forceDelay, boolean forcing) {
    this.storage = storage;
    this.forceDelay = forceDelay;
    this.forcing = forcing;
  }

  /** Watches a storage. */
  public WatchedStorage(Storage storage) {
    this(storage, Duration.ZERO, true);
  }

  /** Watches a storage whose every force takes so much longer. */
  public WatchedStorage(Storage storage, Duration forceDelay) {
    this(storage, forceDelay, true);
  }

  /** Forces nothing: for what is about contents, not durability, and done thousands of times. */
  public static WatchedStorage unforced(Storage storage) {
    return new WatchedStorage(storage, Duration.ZERO, false);
  }

  /** Lets writes fail once so many bytes have been written since the beginning. */
  public void limit(long bytes) {
    quota = bytes;
  }

  /** Returns the nanoseconds spent forcing, over all threads. */
  public long forceNanos() {
    return forceNanos.get();
  }

  /** Returns how often something was forced. */
  public long forces() {
    return forces.get();
  }

  /** Returns the nanoseconds spent waiting for locks, over all threads. */
  public long lockNanos() {
    return lockNanos.get();
  }

  /** Returns how many bytes were written. */
  public long written() {
    return written.get();
  }

  private void reserve(long bytes) {
    if (written.addAndGet(bytes) > quota) {
      throw new StorageException("The disk is full; free some space and try again.");
    }
  }

  private void forcing(Runnable force) {
    long start = System.nanoTime();
    try {
      if (!forceDelay.isZero()) {
        Thread.sleep(forceDelay.toMillis());
      }
      if (forcing) {
        force.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("Interrupted while forcing; try again.", e);
    } finally {
      forceNanos.addAndGet(System.nanoTime() - start);
      forces.incrementAndGet();
    }
  }

  private <T> T waiting(Supplier<T> lock) {
    long start = System.nanoTime();
    try {
      return lock.get();
    } finally {
      lockNanos.addAndGet(System.nanoTime() - start);
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
    return new Writing(storage.create(name));
  }

  @Override
  public WritableFile createTemporary(String suffix) {
    return new Writing(storage.createTemporary(suffix));
  }

  @Override
  public WritableFile append(String name) {
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
      reserve(bytes.remaining());
      file.write(bytes);
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
      reserve(bytes.remaining());
      file.write(position, bytes);
    }

    @Override
    public void read(long position, ByteBuffer into) {
      file.read(position, into);
    }

    @Override
    public void force() {
      forcing(file::force);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  @Override
  public void rename(String from, String to) {
    storage.rename(from, to);
  }

  @Override
  public boolean renameIfAbsent(String from, String to) {
    return storage.renameIfAbsent(from, to);
  }

  @Override
  public void createDirectory(String name) {
    storage.createDirectory(name);
  }

  @Override
  public void forceDirectory(String name) {
    forcing(() -> storage.forceDirectory(name));
  }

  @Override
  public boolean delete(String name) {
    return storage.delete(name);
  }

  @Override
  public StorageLock lock(String name) {
    return waiting(() -> storage.lock(name));
  }

  @Override
  public Optional<StorageLock> tryLock(String name, Duration patience) {
    return waiting(() -> storage.tryLock(name, patience));
  }

  @Override
  public void close() {
    storage.close();
  }
}

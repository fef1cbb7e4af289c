package io.coralml.crash;

import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A storage that does what another one does, for those who change a part of that. */
public abstract class ForwardingStorage implements Storage {
  private final Storage storage;

  protected ForwardingStorage(Storage storage) {
    this.storage = storage;
  }

  /** A file that does what another one does; every write comes through one method. */
  protected abstract static class ForwardingFile implements WritableFile {
    private final WritableFile file;

    protected ForwardingFile(WritableFile file) {
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
    public final void write(ByteBuffer bytes) {
      write(file.length(), bytes);
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
      file.write(position, bytes);
    }

    @Override
    public void read(long position, ByteBuffer into) {
      file.read(position, into);
    }

    @Override
    public void forceAhead() {
      file.forceAhead();
    }

    @Override
    public void force() {
      file.force();
    }

    @Override
    public void close() {
      file.close();
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
    return storage.create(name);
  }

  @Override
  public WritableFile createTemporary(String suffix) {
    return storage.createTemporary(suffix);
  }

  @Override
  public WritableFile append(String name) {
    return storage.append(name);
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
    storage.forceDirectory(name);
  }

  @Override
  public boolean delete(String name) {
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

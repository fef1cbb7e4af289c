package io.coralml.crash;

import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A storage that asks {@link Turns} before every operation that others may notice or that notices
 * others. What is written to a file without a name of its own is noticed by nobody, and neither is
 * a force; a file that is open keeps what it has.
 */
final class TurnsStorage implements Storage {
  private static final String PINS = ".pins";

  private final Storage storage;
  private final Turns turns;

  TurnsStorage(Storage storage, Turns turns) {
    this.storage = storage;
    this.turns = turns;
  }

  @Override
  public Optional<FileInfo> info(String name) {
    turns.step("info " + name);
    return storage.info(name);
  }

  @Override
  public List<String> list(String directory) {
    List<String> before = turns.isTornNext() ? storage.list(directory) : null;
    turns.step("list " + directory);
    List<String> names = storage.list(directory);
    return before == null ? names : names.stream().filter(before::contains).toList();
  }

  @Override
  public ReadableFile open(String name) {
    turns.step("open " + name);
    return storage.open(name);
  }

  @Override
  public WritableFile create(String name) {
    turns.step("create " + name);
    return new Noticed(storage.create(name));
  }

  /** Only the pins of open batches are written to when they have their name already. */
  @Override
  public WritableFile createTemporary(String suffix) {
    WritableFile file = storage.createTemporary(suffix);
    return suffix.equals(PINS) ? new Noticed(file) : file;
  }

  @Override
  public WritableFile append(String name) {
    turns.step("append " + name);
    return new Noticed(storage.append(name));
  }

  private final class Noticed implements WritableFile {
    private final WritableFile file;

    Noticed(WritableFile file) {
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
      turns.step("write " + name());
      file.write(bytes);
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
      turns.step("write " + name());
      file.write(position, bytes);
    }

    @Override
    public void read(long position, ByteBuffer into) {
      file.read(position, into);
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
  public void rename(String from, String to) {
    turns.step("rename " + to);
    storage.rename(from, to);
  }

  @Override
  public boolean renameIfAbsent(String from, String to) {
    turns.step("rename " + to);
    return storage.renameIfAbsent(from, to);
  }

  @Override
  public void createDirectory(String name) {
    turns.step("create " + name);
    storage.createDirectory(name);
  }

  @Override
  public void forceDirectory(String name) {
    storage.forceDirectory(name);
  }

  @Override
  public boolean delete(String name) {
    turns.step("delete " + name);
    return storage.delete(name);
  }

  @Override
  public StorageLock lock(String name) {
    turns.step("lock " + name);
    return turns.lock(name);
  }

  @Override
  public Optional<StorageLock> tryLock(String name, Duration patience) {
    turns.step("lock " + name);
    return turns.tryLock(name, patience);
  }

  @Override
  public void close() {
    storage.close();
  }
}

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
final class TurnsStorage extends ForwardingStorage {
  private static final String PINS = ".pins";

  private final Turns turns;

  TurnsStorage(Storage storage, Turns turns) {
    super(storage);
    this.turns = turns;
  }

  @Override
  public Optional<FileInfo> info(String name) {
    turns.step("info " + name);
    return super.info(name);
  }

  @Override
  public List<String> list(String directory) {
    List<String> before = turns.isTornNext() ? super.list(directory) : null;
    turns.step("list " + directory);
    List<String> names = super.list(directory);
    return before == null ? names : names.stream().filter(before::contains).toList();
  }

  @Override
  public ReadableFile open(String name) {
    turns.step("open " + name);
    return super.open(name);
  }

  @Override
  public WritableFile create(String name) {
    turns.step("create " + name);
    return new Noticed(super.create(name));
  }

  /** Only the pins of open batches are written to when they have their name already. */
  @Override
  public WritableFile createTemporary(String suffix) {
    WritableFile file = super.createTemporary(suffix);
    return suffix.equals(PINS) ? new Noticed(file) : file;
  }

  @Override
  public WritableFile append(String name) {
    turns.step("append " + name);
    return new Noticed(super.append(name));
  }

  private final class Noticed extends ForwardingFile {
    Noticed(WritableFile file) {
      super(file);
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
      turns.step("write " + name());
      super.write(position, bytes);
    }
  }

  @Override
  public void rename(String from, String to) {
    turns.step("rename " + to);
    super.rename(from, to);
  }

  @Override
  public boolean renameIfAbsent(String from, String to) {
    turns.step("rename " + to);
    return super.renameIfAbsent(from, to);
  }

  @Override
  public void createDirectory(String name) {
    turns.step("create " + name);
    super.createDirectory(name);
  }

  @Override
  public boolean delete(String name) {
    turns.step("delete " + name);
    return super.delete(name);
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
}

package io.coralml.crash;

import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.StorageNames;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A storage in memory with the semantics {@link Storage} promises, fast enough to be opened
 * thousands of times. Thread-safe. Temporary names are numbered, so equal runs are equal.
 */
public class MemoryStorage implements Storage {
  /** A file's bytes, or a directory; names point to it as directory entries point to an inode. */
  static final class Node {
    final boolean directory;
    private byte[] data = new byte[0];
    private int length;
    private Instant modified = Instant.EPOCH;

    Node(boolean directory) {
      this.directory = directory;
    }

    /** Zeros fill a gap behind the end. */
    synchronized void write(int at, ByteBuffer bytes) {
      int end = at + bytes.remaining();
      if (end > data.length) {
        data = Arrays.copyOf(data, Math.max(end, 2 * data.length));
      }
      bytes.get(data, at, bytes.remaining());
      length = Math.max(length, end);
    }

    synchronized byte[] content() {
      return Arrays.copyOf(data, length);
    }

    synchronized int length() {
      return length;
    }

    synchronized void read(int at, ByteBuffer into) {
      into.put(data, at, into.remaining());
    }
  }

  private final Map<String, Node> names = new TreeMap<>();
  private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private int temporaries;

  /** Creates an empty storage. */
  public MemoryStorage() {
    names.put("", new Node(true));
  }

  /** Returns another storage with the same content. */
  public final synchronized MemoryStorage copy() {
    MemoryStorage copy = new MemoryStorage();
    copyInto(copy);
    return copy;
  }

  final synchronized void copyInto(MemoryStorage other) {
    names.forEach(
        (name, node) -> {
          Node twin = new Node(node.directory);
          twin.write(0, ByteBuffer.wrap(node.content()));
          twin.modified = node.modified;
          other.names.put(name, twin);
        });
    other.now = now;
    other.temporaries = temporaries;
  }

  /** Sets the time that files written from now on carry. */
  public final synchronized void setTime(Instant time) {
    now = time;
  }

  /** Returns all files and their bytes, by name; for comparisons and for damaging them. */
  public final synchronized Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    names.forEach(
        (name, node) -> {
          if (!node.directory) {
            files.put(name, node.content());
          }
        });
    return files;
  }

  /** Puts a file there whatever its directory, as damage or an intruder would. */
  public final synchronized void plant(String name, byte[] content) {
    for (String above = name; !above.isEmpty(); ) {
      above = StorageNames.parent(above);
      names.putIfAbsent(above, new Node(true));
    }
    Node node = new Node(false);
    node.write(0, ByteBuffer.wrap(content));
    node.modified = now;
    names.put(name, node);
  }

  final synchronized void plantDirectory(String name) {
    names.putIfAbsent(name, new Node(true));
  }

  final synchronized Map<String, Node> nodes() {
    return Map.copyOf(names);
  }

  // What a recording storage overrides; called in the order of the effects, under the lock.

  void wrote(Node node, long at, byte[] bytes) {}

  void forced(Node node) {}

  void named(String directory, Map<String, Optional<Node>> changes) {}

  void forcedDirectory(String directory) {}

  private Node require(String name) {
    Node node = names.get(StorageNames.check(name));
    if (node == null || node.directory) {
      throw new NotFoundException("There is no file '" + name + "'.");
    }
    return node;
  }

  private void requireDirectory(String name) {
    Node node = names.get(name);
    if (node == null || !node.directory) {
      throw new NotFoundException("There is no directory '" + name + "'.");
    }
  }

  @Override
  public final synchronized Optional<FileInfo> info(String name) {
    return Optional.ofNullable(names.get(StorageNames.check(name)))
        .map(node -> new FileInfo(node.directory, node.length(), node.modified));
  }

  @Override
  public synchronized List<String> list(String directory) {
    StorageNames.check(directory);
    return names.keySet().stream()
        .filter(name -> !name.isEmpty() && StorageNames.parent(name).equals(directory))
        .map(name -> name.substring(directory.isEmpty() ? 0 : directory.length() + 1))
        .toList();
  }

  @Override
  public final synchronized ReadableFile open(String name) {
    Node node = require(name);
    long length = node.length();
    AtomicBoolean closed = new AtomicBoolean();
    return new ReadableFile() {
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
        Objects.checkFromIndexSize(position, (long) into.remaining(), length);
        if (closed.get()) {
          throw new StorageException("'" + name + "' is closed and cannot be read.");
        }
        node.read((int) position, into);
      }

      @Override
      public void close() {
        closed.set(true);
      }
    };
  }

  @Override
  public final synchronized WritableFile create(String name) {
    StorageNames.check(name);
    requireDirectory(StorageNames.parent(name));
    if (names.containsKey(name)) {
      throw new StorageException("Could not create '" + name + "': it exists already.");
    }
    Node node = new Node(false);
    node.modified = now;
    change(StorageNames.parent(name), Map.of(name, Optional.of(node)));
    return new Writing(name, node);
  }

  private void change(String directory, Map<String, Optional<Node>> changes) {
    changes.forEach(
        (name, node) ->
            node.ifPresentOrElse(there -> names.put(name, there), () -> names.remove(name)));
    named(directory, changes);
  }

  @Override
  public final synchronized WritableFile createTemporary(String suffix) {
    if (!names.containsKey(TEMPORARY)) {
      change("", Map.of(TEMPORARY, Optional.of(new Node(true))));
    }
    do {
      temporaries++;
    } while (names.containsKey(TEMPORARY + "/" + temporaries + suffix));
    return create(TEMPORARY + "/" + temporaries + suffix);
  }

  @Override
  public final synchronized WritableFile append(String name) {
    Node node = names.get(StorageNames.check(name));
    if (node == null) {
      WritableFile file = create(name);
      forceDirectory(StorageNames.parent(name));
      return file;
    }
    return new Writing(name, require(name));
  }

  private final class Writing implements WritableFile {
    private final String name;
    private final Node node;

    Writing(String name, Node node) {
      this.name = name;
      this.node = node;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long length() {
      return node.length();
    }

    @Override
    public void write(ByteBuffer bytes) {
      write(node.length(), bytes);
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
      synchronized (MemoryStorage.this) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        node.write((int) position, ByteBuffer.wrap(copy));
        node.modified = now;
        wrote(node, position, copy);
      }
    }

    @Override
    public void read(long position, ByteBuffer into) {
      Objects.checkFromIndexSize(position, (long) into.remaining(), node.length());
      node.read((int) position, into);
    }

    @Override
    public void force() {
      synchronized (MemoryStorage.this) {
        forced(node);
      }
    }

    @Override
    public void close() {}
  }

  @Override
  public synchronized void rename(String from, String to) {
    Node node = require(from);
    requireDirectory(StorageNames.parent(StorageNames.check(to)));
    change(StorageNames.parent(to), Map.of(to, Optional.of(node), from, Optional.empty()));
  }

  @Override
  public final synchronized boolean renameIfAbsent(String from, String to) {
    require(from);
    if (names.containsKey(StorageNames.check(to))) {
      return false;
    }
    rename(from, to);
    return true;
  }

  @Override
  public final synchronized void createDirectory(String name) {
    Node there = names.get(StorageNames.check(name));
    if (there != null) {
      if (!there.directory) {
        throw new StorageException("'" + name + "' is a file.");
      }
      return;
    }
    String parent = StorageNames.parent(name);
    createDirectory(parent);
    change(parent, Map.of(name, Optional.of(new Node(true))));
    forceDirectory(parent);
  }

  @Override
  public final synchronized void forceDirectory(String name) {
    requireDirectory(StorageNames.check(name));
    forcedDirectory(name);
  }

  @Override
  public boolean delete(String name) {
    return remove(name);
  }

  private synchronized boolean remove(String name) {
    Node node = names.get(StorageNames.check(name));
    if (node == null) {
      return false;
    }
    if (node.directory && !list(name).isEmpty()) {
      throw new StorageException("Could not delete '" + name + "': it is not empty.");
    }
    change(StorageNames.parent(name), Map.of(name, Optional.empty()));
    return true;
  }

  @Override
  public final StorageLock lock(String name) {
    Semaphore turn = turn(name);
    turn.acquireUninterruptibly();
    return release(turn);
  }

  @Override
  public final Optional<StorageLock> tryLock(String name, Duration patience) {
    Semaphore turn = turn(name);
    try {
      return turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)
          ? Optional.of(release(turn))
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("Could not lock '" + name + "': interrupted.", e);
    }
  }

  private Semaphore turn(String name) {
    synchronized (this) {
      requireDirectory(StorageNames.parent(StorageNames.check(name)));
    }
    return locks.computeIfAbsent(name, any -> new Semaphore(1, true));
  }

  private static StorageLock release(Semaphore turn) {
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        turn.release();
      }
    };
  }

  @Override
  public final void close() {}
}

package io.coralml.store;

import io.coralml.Log;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.StorageNames;
import io.coralml.io.WritableFile;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells sweeps, of this and of other processes, which tensors open batches rely on. A store that
 * has open batches holds the lock {@code lease-<n>} of the first free number and writes to {@code
 * pins-<n>}: 8 bytes, how many ids count (big-endian), then the ids, 32 bytes each. An id is
 * written before it is counted. When the last batch is closed none counts, and the file stays for
 * the next: to create and delete one for each batch costs more than all that is written. The lock
 * ends with the process, so what a killed process relied on protects nothing. Pins are not forced:
 * a power loss ends every lease.
 *
 * <p>Thread-safe.
 */
final class Leases implements AutoCloseable {
  private static final String LOCK = "lease-";
  private static final String PINS = "pins-";
  private static final int COUNT_BYTES = 8;
  private static final int LIMIT = 1 << 30;
  private static final Log LOG = Log.of(Leases.class);

  private final Storage storage;
  private final String directory;

  // Guarded by this.
  private final Map<TensorId, Integer> pinned = new HashMap<>();
  private int open;
  private int slot = -1;
  private @Nullable StorageLock held;
  private @Nullable WritableFile file;
  private long counted;

  Leases(Storage storage, String directory) {
    this.storage = storage;
    this.directory = directory;
  }

  /** What one batch relies on. */
  final class Lease implements AutoCloseable {
    private final Set<TensorId> mine = new HashSet<>();
    private boolean closed;

    private Lease() {}

    /** Makes it known that these must stay; when it returns, every later sweep knows. */
    void pin(Collection<TensorId> ids) {
      synchronized (Leases.this) {
        if (closed) {
          throw new StorageException("This batch is closed and protects nothing any more.");
        }
        List<TensorId> fresh = ids.stream().filter(mine::add).toList();
        try {
          write(fresh.stream().filter(id -> pinned.merge(id, 1, Integer::sum) == 1).toList());
        } catch (RuntimeException e) {
          fresh.forEach(this::unpin);
          fresh.forEach(mine::remove);
          throw e;
        }
      }
    }

    private void unpin(TensorId id) {
      pinned.computeIfPresent(id, (any, n) -> n == 1 ? null : n - 1);
    }

    @Override
    public void close() {
      synchronized (Leases.this) {
        if (!closed) {
          closed = true;
          mine.forEach(this::unpin);
          open--;
          if (open == 0) {
            countNone();
          }
        }
      }
    }
  }

  /** Begins to protect what a batch relies on. */
  synchronized Lease begin() {
    if (held == null) {
      takeSlot();
    }
    open++;
    return new Lease();
  }

  private void takeSlot() {
    for (int number = 0; held == null; number++) {
      Optional<StorageLock> lock =
          storage.tryLock(StorageNames.child(directory, LOCK + number), Duration.ZERO);
      if (lock.isPresent()) {
        held = lock.get();
        slot = number;
        storage.delete(pins(number));
      }
    }
  }

  private String pins(int number) {
    return StorageNames.child(directory, PINS + number);
  }

  private void write(List<TensorId> ids) {
    if (ids.isEmpty()) {
      return;
    }
    WritableFile to = file;
    if (to == null) {
      replaceFile();
      return;
    }
    try {
      to.write(COUNT_BYTES + TensorId.BYTES * counted, bytes(ids));
      count(to, counted + ids.size());
    } catch (RuntimeException e) {
      // An interrupt has closed it, perhaps. What it says holds until the next one takes its place.
      file = null;
      to.close();
      throw e;
    }
  }

  /** Puts a new file with everything that is pinned in the place of the one before, if any. */
  private void replaceFile() {
    Set<TensorId> all = pinned.keySet();
    WritableFile fresh = storage.createTemporary(".pins");
    try {
      fresh.write(0, ByteBuffer.allocate(COUNT_BYTES).putLong(all.size()).flip());
      fresh.write(COUNT_BYTES, bytes(all));
      storage.rename(fresh.name(), pins(slot));
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
    file = fresh;
    counted = all.size();
  }

  private static ByteBuffer bytes(Collection<TensorId> ids) {
    ByteBuffer bytes = ByteBuffer.allocate(TensorId.BYTES * ids.size());
    ids.forEach(id -> id.write(bytes));
    return bytes.flip();
  }

  private void count(WritableFile in, long ids) {
    in.write(0, ByteBuffer.allocate(COUNT_BYTES).putLong(ids).flip());
    counted = ids;
  }

  /** What is counted still protects a little too much until the next batch; that is no failure. */
  private void countNone() {
    WritableFile there = file;
    if (there != null && counted > 0) {
      try {
        count(there, 0);
      } catch (StorageException e) {
        file = null;
        there.close();
        LOG.warn("The pins of the last batch stay until the next: {}", e.getMessage());
      }
    }
  }

  /** Returns what every open batch of every live process relies on now. */
  synchronized Set<TensorId> all() {
    Set<TensorId> ids = new HashSet<>(pinned.keySet());
    for (String name : storage.list(directory)) {
      if (name.startsWith(PINS) && name.substring(PINS.length()).matches("[0-9]{1,6}")) {
        int number = Integer.parseInt(name.substring(PINS.length()));
        if (number != slot || held == null) {
          readOther(number, ids);
        }
      }
    }
    return ids;
  }

  private void readOther(int number, Set<TensorId> ids) {
    Optional<StorageLock> ended =
        storage.tryLock(StorageNames.child(directory, LOCK + number), Duration.ZERO);
    if (ended.isPresent()) {
      try {
        storage.delete(pins(number));
      } finally {
        ended.get().close();
      }
      return;
    }
    try {
      ByteBuffer bytes = storage.readAll(pins(number), LIMIT);
      long count = bytes.remaining() < COUNT_BYTES ? 0 : bytes.getLong();
      for (; count > 0 && bytes.remaining() >= TensorId.BYTES; count--) {
        ids.add(TensorId.read(bytes));
      }
    } catch (NotFoundException e) {
      LOG.debug("Lease {} ended just now; what it relied on has its reference.", number);
    }
  }

  @Override
  public synchronized void close() {
    StorageLock lock = held;
    if (lock != null) {
      try {
        removeFile();
      } finally {
        held = null;
        slot = -1;
        lock.close();
      }
    }
    pinned.clear();
  }

  /** A file that stays is removed by whoever takes its number next; that is no failure. */
  private void removeFile() {
    WritableFile done = file;
    file = null;
    counted = 0;
    if (done != null) {
      done.close();
    }
    try {
      storage.delete(pins(slot));
    } catch (StorageException e) {
      LOG.warn("The pins of the last batch stay for now: {}", e.getMessage());
    }
  }
}

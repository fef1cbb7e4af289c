package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackFormat;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a running sweep may remove, published as the file {@code packs/sweeping} before the sweep
 * looks, for the last time, at what is in use. Whoever wants to rely on one of these tensors after
 * that stores it again instead, and whoever merges packs leaves these packs alone. The file of a
 * sweep that was killed is removed by the next to notice; until then it only costs space.
 *
 * <p>Content: 4 bytes number of packs and 4 bytes number of tensors, big-endian; 32 ASCII digits
 * per pack; 32 bytes per tensor; 4 bytes CRC32C of everything before.
 *
 * @param packs simple names of the packs being swept
 * @param tensors what may be removed from them
 */
record SweepMark(Set<String> packs, Set<TensorId> tensors) {
  static final String NAME = "sweeping";
  private static final String LOCK = "sweep-lock";

  private static final SweepMark NONE = new SweepMark(Set.of(), Set.of());
  private static final int LIMIT = 1 << 30;
  private static final int ID_DIGITS = 32;

  /** Returns the mark of the sweep that is running; an empty one if there is none. */
  static SweepMark current(Storage storage, String directory) {
    String name = StorageNames.child(directory, NAME);
    if (!storage.exists(name)) {
      return NONE;
    }
    try {
      return parse(storage.readAll(name, LIMIT));
    } catch (NotFoundException e) {
      return NONE;
    } catch (CorruptDataException e) {
      // After a power loss it may be torn, but then the sweep it belonged to has ended.
      if (withdrawIfStale(storage, directory)) {
        return NONE;
      }
      throw e;
    }
  }

  static String lockName(String directory) {
    return StorageNames.child(directory, LOCK);
  }

  /** Removes the mark if the sweep that published it is over; returns whether it did. */
  static boolean withdrawIfStale(Storage storage, String directory) {
    Optional<StorageLock> ended = storage.tryLock(lockName(directory), Duration.ZERO);
    if (ended.isEmpty()) {
      return false;
    }
    try {
      withdraw(storage, directory);
    } finally {
      ended.get().close();
    }
    return true;
  }

  void publish(Storage storage, String directory) {
    storage.writeUnforced(StorageNames.child(directory, NAME), format());
  }

  static void withdraw(Storage storage, String directory) {
    storage.delete(StorageNames.child(directory, NAME));
  }

  private ByteBuffer format() {
    ByteBuffer bytes =
        ByteBuffer.allocate(12 + ID_DIGITS * packs.size() + TensorId.BYTES * tensors.size());
    bytes.putInt(packs.size()).putInt(tensors.size());
    for (String pack : packs) {
      bytes.put(pack.substring(0, ID_DIGITS).getBytes(StandardCharsets.US_ASCII));
    }
    tensors.forEach(id -> id.write(bytes));
    int end = bytes.position();
    return bytes.putInt(PackFormat.checksum(bytes.slice(0, end))).flip();
  }

  /**
   * Reads a mark.
   *
   * @throws CorruptDataException if the bytes are not one
   */
  static SweepMark parse(ByteBuffer file) {
    ByteBuffer bytes = file.slice();
    int end = bytes.capacity() - 4;
    if (end < 8 || bytes.getInt(end) != PackFormat.checksum(bytes.slice(0, end))) {
      throw damaged();
    }
    int packs = bytes.getInt();
    int tensors = bytes.getInt();
    if (packs < 0
        || tensors < 0
        || (long) packs * ID_DIGITS + (long) tensors * TensorId.BYTES != end - 8) {
      throw damaged();
    }
    List<String> names = new ArrayList<>();
    byte[] digits = new byte[ID_DIGITS];
    for (int i = 0; i < packs; i++) {
      bytes.get(digits);
      names.add(new String(digits, StandardCharsets.US_ASCII) + PackFormat.SUFFIX);
    }
    Collection<TensorId> ids = new ArrayList<>();
    for (int i = 0; i < tensors; i++) {
      ids.add(TensorId.read(bytes));
    }
    return new SweepMark(new HashSet<>(names), new HashSet<>(ids));
  }

  private static CorruptDataException damaged() {
    return new CorruptDataException(
        "The mark of a sweep is damaged; run gc, which replaces it, or delete packs/" + NAME + ".");
  }
}

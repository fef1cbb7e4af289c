package io.coralml.crash;

import io.coralml.io.StorageLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Notes each file that is deleted, and does something first if a certain lock is free by then. */
public final class WatchedDeletes extends MemoryStorage {
  private final String lock;
  private final List<String> deleted = new ArrayList<>();
  private Runnable whenFree = () -> {};

  /** Watches for deletions by somebody who does not hold that lock. */
  public WatchedDeletes(String lock) {
    this.lock = lock;
  }

  /** From now on, does this before a file goes while nobody holds the lock. */
  public void watch(Runnable whenFree) {
    deleted.clear();
    this.whenFree = whenFree;
  }

  /** Returns what has been deleted since the watch began. */
  public List<String> deleted() {
    return deleted;
  }

  @Override
  public boolean delete(String name) {
    deleted.add(name);
    Optional<StorageLock> free = tryLock(lock, Duration.ZERO);
    if (free.isPresent()) {
      free.get().close();
      Runnable now = whenFree;
      whenFree = () -> {};
      now.run();
    }
    return super.delete(name);
  }
}

package io.coralml.io;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Operating-system locks, made exclusive among the threads of this process as well.
 *
 * <p>A file lock belongs to the process: a second channel of the same process would be refused with
 * an exception, and on POSIX systems closing any channel of a file drops all locks the process has
 * on it. So the threads of a process first queue on a semaphore, and only the one that has it opens
 * the file. This needs one table for the whole process, because that is the extent of a file lock:
 * hence the only static state of the project.
 */
final class FileLocking implements StorageLock {
  private static final Map<Path, Semaphore> IN_THIS_PROCESS = new ConcurrentHashMap<>();

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Semaphore turn;
  private final FileChannel channel;
  private final String name;
  private boolean closed;

  private FileLocking(Semaphore turn, FileChannel channel, String name) {
    this.turn = turn;
    this.channel = channel;
    this.name = name;
  }

  static StorageLock lock(Path path, String name, FileAttribute<?>[] mode) {
    Semaphore turn = turnFor(path);
    try {
      turn.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FileStorage.interrupted("lock", name);
    }
    StorageLock lock = acquired(turn, path, name, mode, FileLocking::waitFor);
    return Objects.requireNonNull(lock, "Only a lock that is not waited for is not to be had.");
  }

  /**
   * Waits for a file lock. POSIX systems refuse to wait when two processes hold what the other
   * waits for, and count a process as one, whichever of its threads hold and wait. Threads that
   * take locks in the same order do not wait for each other for ever, so then the lock is asked for
   * again and again.
   */
  private static FileLock waitFor(FileChannel channel) throws IOException {
    try {
      return channel.lock();
    } catch (FileLockInterruptionException | ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      // The reason comes as text in the language of the system, so whatever it is, it is tried
      // again, and what is no such refusal is thrown there.
      return Objects.requireNonNull(poll(channel, Long.MAX_VALUE));
    }
  }

  static Optional<StorageLock> tryLock(
      Path path, String name, FileAttribute<?>[] mode, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Semaphore turn = turnFor(path);
    try {
      if (!turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FileStorage.interrupted("lock", name);
    }
    return Optional.ofNullable(
        acquired(turn, path, name, mode, channel -> poll(channel, deadline)));
  }

  private static Semaphore turnFor(Path path) {
    return IN_THIS_PROCESS.computeIfAbsent(path, any -> new Semaphore(1, true));
  }

  /**
   * There is no timed wait for a file lock, so it is asked for again every millisecond.
   *
   * @param deadline by {@link System#nanoTime}; the greatest number for none
   */
  private static @Nullable FileLock poll(FileChannel channel, long deadline) throws IOException {
    while (true) {
      FileLock lock = channel.tryLock();
      if (lock != null || (deadline != Long.MAX_VALUE && System.nanoTime() - deadline >= 0)) {
        return lock;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new FileLockInterruptionException();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private interface Acquisition {
    @Nullable FileLock on(FileChannel channel) throws IOException;
  }

  /** Returns null if the lock was not to be had; the turn is given back then. */
  private static @Nullable StorageLock acquired(
      Semaphore turn, Path path, String name, FileAttribute<?>[] mode, Acquisition acquisition) {
    FileChannel channel = null;
    boolean held = false;
    try {
      channel =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              mode);
      held = acquisition.on(channel) != null;
      return held ? new FileLocking(turn, channel, name) : null;
    } catch (IOException e) {
      throw StorageFailures.translate("lock", name, e);
    } finally {
      if (!held) {
        giveUp(channel, turn, name);
      }
    }
  }

  private static void giveUp(@Nullable FileChannel channel, Semaphore turn, String name) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw StorageFailures.translate("close the lock file", name, e);
    } finally {
      turn.release();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    giveUp(channel, turn, name);
  }
}

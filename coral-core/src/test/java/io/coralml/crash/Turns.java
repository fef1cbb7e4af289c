package io.coralml.crash;

import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Two who do something with one storage, of whom one goes on at a time. They change places where a
 * {@link Plan} says, and where one needs a lock that the other holds. So the same plan gives the
 * same order of operations in every run, and no wait is for a length of time.
 *
 * <p>Each has a pool of one thread, in which his parallel streams run as well. Whoever else uses
 * the storage, to open a repository or to look at it, is not held up.
 */
public final class Turns {
  /** Instead of an operation: the other one does not get his turn before the end. */
  public static final int NEVER = Integer.MAX_VALUE;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Where the two change places. The first one begins.
   *
   * @param first before which of his operations, from 0, the first one lets the second go on
   * @param second before which of his own the second one lets the first go on
   * @param torn whether the first one, if he stops where he lists a directory, is told neither of
   *     what has gone meanwhile nor of what has come, as a file system may do
   * @param handedOver whether who waits for a lock goes on as soon as it is free, and not only when
   *     the other one stops or ends
   */
  public record Plan(int first, int second, boolean torn, boolean handedOver) {}

  private final MemoryStorage storage;
  private final Plan plan;
  private final boolean shareMonitors;
  private final Actor first;
  private final Actor second;

  // Guarded by this.
  private final Map<String, Thread> held = new HashMap<>();
  private Actor turn;

  private static final class Actor {
    private final int stop;
    private volatile @Nullable Thread thread;
    private int operations;
    private @Nullable String stopped;
    private @Nullable String waitsFor;
    private boolean waited;
    private boolean ended;
    private @Nullable Throwable failure;

    Actor(int stop) {
      this.stop = stop;
    }
  }

  /**
   * Prepares two turns.
   *
   * @param shareMonitors whether the two use the same objects, so that one may also wait for the
   *     other where no lock of the storage is involved
   */
  public Turns(MemoryStorage storage, Plan plan, boolean shareMonitors) {
    this.storage = storage;
    this.plan = plan;
    this.shareMonitors = shareMonitors;
    this.first = new Actor(plan.first());
    this.second = new Actor(plan.second());
    this.turn = first;
  }

  /** Returns the storage as both are to use it. */
  public Storage storage() {
    return new TurnsStorage(storage, this);
  }

  /** Lets both do what they want to do, and returns when both have ended. */
  public void run(Runnable one, Runnable two) {
    ForkJoinPool ones = new ForkJoinPool(1);
    ForkJoinPool twos = new ForkJoinPool(1);
    ones.execute(() -> act(first, one));
    twos.execute(() -> act(second, two));
    awaitEnd();
    ones.shutdown();
    twos.shutdown();
  }

  /** Returns before which operation the first one stopped; nothing if he ended before that. */
  public synchronized Optional<String> firstStopped() {
    return Optional.ofNullable(first.stopped);
  }

  /** Returns before which operation the second one stopped; nothing if he ended before that. */
  public synchronized Optional<String> secondStopped() {
    return Optional.ofNullable(second.stopped);
  }

  /** Returns whether one of the two has waited for a lock of the other. */
  public synchronized boolean hasWaited() {
    return first.waited || second.waited;
  }

  /** Returns how many operations the first one came to. */
  public synchronized int firstOperations() {
    return first.operations;
  }

  /** Returns how the first one failed, if he did. */
  public synchronized Optional<Throwable> firstFailure() {
    return Optional.ofNullable(first.failure);
  }

  /** Returns how the second one failed, if he did. */
  public synchronized Optional<Throwable> secondFailure() {
    return Optional.ofNullable(second.failure);
  }

  /** Returns the locks that somebody holds. */
  public synchronized Set<String> locks() {
    return new TreeSet<>(held.keySet());
  }

  private void act(Actor me, Runnable work) {
    begin(me);
    Throwable failure = null;
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // Whoever checks what came of it decides whether that is in order.
      failure = e;
    }
    end(me, failure);
  }

  private synchronized void begin(Actor me) {
    me.thread = Thread.currentThread();
    awaitTurn(me);
  }

  private synchronized void end(Actor me, @Nullable Throwable failure) {
    me.failure = failure;
    me.ended = true;
    if (turn == me) {
      pass(me);
    }
    notifyAll();
  }

  private synchronized void awaitEnd() {
    try {
      while (!first.ended || !second.ended) {
        if (shareMonitors && isBlocked(turn)) {
          pass(turn);
        }
        wait(shareMonitors ? 1 : 0);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("Whoever explores is not interrupted.", e);
    }
  }

  /**
   * Returns whether somebody waits, in Java, for the other one, who cannot go on without a turn.
   */
  private boolean isBlocked(Actor me) {
    Thread mine = me.thread;
    Thread others = other(me).thread;
    if (mine == null || others == null || me.ended || other(me).ended) {
      return false;
    }
    ThreadInfo info = THREADS.getThreadInfo(mine.getId(), Integer.MAX_VALUE);
    if (info == null) {
      return false;
    }
    return switch (info.getThreadState()) {
      case BLOCKED -> info.getLockOwnerId() == others.getId();
      case WAITING, TIMED_WAITING ->
          Arrays.stream(info.getStackTrace())
              .anyMatch(frame -> frame.getMethodName().equals("waitWhile"));
      default -> false;
    };
  }

  private @Nullable Actor me() {
    Thread current = Thread.currentThread();
    return current == first.thread ? first : current == second.thread ? second : null;
  }

  private Actor other(Actor me) {
    return me == first ? second : first;
  }

  private synchronized void pass(Actor me) {
    if (!other(me).ended) {
      turn = other(me);
      notifyAll();
    }
  }

  private synchronized void awaitTurn(Actor me) {
    try {
      while (turn != me) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("Nobody interrupts these threads.", e);
    }
  }

  /** Returns whether the next operation is where somebody stops and is told half the truth. */
  synchronized boolean isTornNext() {
    Actor me = me();
    return me != null && plan.torn() && me == first && me.operations == me.stop;
  }

  /** Comes before every operation that others may notice, or that notices others. */
  synchronized void step(String operation) {
    Actor me = me();
    if (me == null) {
      return;
    }
    awaitTurn(me);
    if (me.operations++ == me.stop) {
      me.stopped = operation;
      pass(me);
      awaitTurn(me);
    }
  }

  StorageLock lock(String name) {
    return me() == null ? holding(name, storage.lock(name)) : lockInTurn(name);
  }

  private synchronized StorageLock lockInTurn(String name) {
    Optional<StorageLock> lock = storage.tryLock(name, Duration.ZERO);
    while (lock.isEmpty()) {
      waitFor(name);
      lock = storage.tryLock(name, Duration.ZERO);
    }
    return holding(name, lock.get());
  }

  private synchronized void waitFor(String name) {
    Actor me = me();
    if (me == null) {
      throw new IllegalStateException("Only the two wait here.");
    }
    Actor other = other(me);
    String wanted = other.waitsFor;
    if (other.ended || (wanted != null && held.get(wanted) == me.thread)) {
      throw new AssertionError(
          "Nobody will ever release '"
              + name
              + "'"
              + (wanted == null ? "." : ", whose holder waits for '" + wanted + "'."));
    }
    me.waitsFor = name;
    me.waited = true;
    pass(me);
    awaitTurn(me);
    me.waitsFor = null;
  }

  Optional<StorageLock> tryLock(String name, Duration patience) {
    return storage.tryLock(name, patience).map(lock -> holding(name, lock));
  }

  private synchronized StorageLock holding(String name, StorageLock lock) {
    held.put(name, Thread.currentThread());
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        release(name, lock);
      }
    };
  }

  private synchronized void release(String name, StorageLock lock) {
    Actor me = me();
    if (me != null) {
      awaitTurn(me);
    }
    held.remove(name);
    lock.close();
    if (me != null && plan.handedOver() && name.equals(other(me).waitsFor)) {
      pass(me);
      awaitTurn(me);
    }
  }
}

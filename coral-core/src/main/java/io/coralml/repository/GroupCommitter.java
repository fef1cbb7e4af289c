package io.coralml.repository;

import io.coralml.CoralException;
import io.coralml.Log;
import io.coralml.history.CommitId;
import io.coralml.history.History;
import io.coralml.history.HistorySession;
import io.coralml.store.ObjectStore;
import io.coralml.store.PutBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes concurrent commits in groups, so that their cost of being made durable is shared: one pack
 * of tensors, one pack of history, one move of each branch.
 *
 * <p>Threads encode their tensors side by side into one open batch. The first one that is ready
 * leads: it takes all that are ready by now, takes the history's lock, writes every commit on top
 * of the one before, makes tensors and history durable in three shared steps ({@link
 * HistorySession#publish}), and tells the others. Who becomes ready meanwhile is in the next group.
 * Packs are merged elsewhere, while others commit: nobody waits for that. Thread-safe.
 */
final class GroupCommitter {
  private static final Log LOG = Log.of(GroupCommitter.class);

  /** How long a leader waits for others that are just encoding; far less than a group takes. */
  private static final long PATIENCE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final ObjectStore store;
  private final History history;
  private final Executor housekeeping;

  /** Always the same object, so that it is not done twice in a row. */
  private final Runnable settling;

  // Guarded by this.
  private final List<Ready> ready = new ArrayList<>();
  private @Nullable Shared open;
  private boolean led;
  private int encoding;

  /**
   * @param housekeeping does what no commit should wait for
   */
  GroupCommitter(ObjectStore store, History history, Executor housekeeping) {
    this.store = store;
    this.history = history;
    this.housekeeping = housekeeping;
    this.settling = history::settle;
  }

  /** A batch and how many threads still need it. */
  private static final class Shared {
    private final PutBatch batch;
    private int users;

    Shared(PutBatch batch) {
      this.batch = batch;
    }
  }

  private record Ready(PendingCommit commit, Shared shared) {}

  /**
   * Stores tensors and makes a commit of them, durably.
   *
   * @param large whether the tensors are so many bytes that others should not wait for them
   * @param encode puts the tensors and returns the commit that refers to them
   * @return the commit; nothing if it would have changed nothing and was not to be made then
   */
  Optional<CommitId> commit(boolean large, Function<PutBatch, PendingCommit> encode) {
    Shared shared = join(large);
    try {
      PendingCommit pending = encodeInto(shared, large, encode);
      if (large) {
        // Forcing much takes long, so it is done before the turn to write the history.
        shared.batch.seal();
      }
      await(new Ready(pending, shared));
      synchronized (this) {
        return pending.outcome();
      }
    } finally {
      leave(shared);
    }
  }

  private PendingCommit encodeInto(
      Shared shared, boolean large, Function<PutBatch, PendingCommit> encode) {
    try {
      return encode.apply(shared.batch);
    } finally {
      if (!large) {
        synchronized (this) {
          encoding--;
          notifyAll();
        }
      }
    }
  }

  private synchronized Shared join(boolean large) {
    Shared shared = large || open == null ? new Shared(store.begin()) : open;
    shared.users++;
    if (!large) {
      open = shared;
      encoding++;
    }
    return shared;
  }

  private void leave(Shared shared) {
    boolean last;
    synchronized (this) {
      shared.users--;
      last = shared.users == 0;
      if (last && open == shared) {
        open = null;
      }
    }
    if (last) {
      shared.batch.close();
    }
  }

  /** Returns when the commit is done, having led a group if nobody else did. */
  private void await(Ready mine) {
    synchronized (this) {
      ready.add(mine);
      notifyAll();
      waitWhile(() -> led && !mine.commit().isDone(), Long.MAX_VALUE);
      if (mine.commit().isDone()) {
        return;
      }
      led = true;
    }
    // An interrupt would close the files of the whole group; it is for the caller, afterwards.
    boolean interrupted = Thread.interrupted();
    try {
      lead();
    } finally {
      synchronized (this) {
        led = false;
        notifyAll();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Waits without giving in to interrupts: a commit that is in a group may be written any moment,
   * so nobody may walk away from it. The interrupt is kept for the caller.
   */
  private synchronized void waitWhile(BooleanSupplier condition, long patienceNanos) {
    boolean interrupted = false;
    long begun = System.nanoTime();
    long left = patienceNanos;
    while (condition.getAsBoolean() && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = patienceNanos - (System.nanoTime() - begun);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void lead() {
    List<Ready> group = gather();
    try {
      try (HistorySession session = history.begin()) {
        Map<PendingCommit, Optional<CommitId>> written = write(group, session);
        session.publish(batches(group, written.keySet()));
        finish(written);
      }
      settle();
    } catch (RuntimeException e) {
      fail(group, e);
    }
  }

  /** Has git packs merged where there have become many; nobody waits for it. */
  private void settle() {
    if (history.isSettlingDue()) {
      housekeeping.execute(settling);
    }
  }

  /**
   * Returns the batches that are referred to. One all of whose commits failed is not among them: it
   * is closed by whoever was told so, at any moment from now on.
   */
  private static List<PutBatch> batches(List<Ready> group, Set<PendingCommit> written) {
    Set<Shared> referred = new LinkedHashSet<>();
    for (Ready each : group) {
      if (written.contains(each.commit())) {
        referred.add(each.shared());
      }
    }
    return referred.stream().map(each -> each.batch).toList();
  }

  private synchronized List<Ready> gather() {
    waitWhile(() -> encoding > 0, PATIENCE_NANOS);
    List<Ready> group = List.copyOf(ready);
    ready.clear();
    // Whoever comes from now on begins a new batch, so that this one ends some day.
    open = null;
    return group;
  }

  /** Writes what can be written; a commit that conflicts fails by itself. */
  private Map<PendingCommit, Optional<CommitId>> write(List<Ready> group, HistorySession session) {
    Map<PendingCommit, Optional<CommitId>> written = new LinkedHashMap<>();
    for (Ready each : group) {
      try {
        written.put(each.commit(), each.commit().writeTo(session, each.shared().batch));
      } catch (CoralException e) {
        synchronized (this) {
          each.commit().fail(e);
        }
      }
    }
    return written;
  }

  private synchronized void finish(Map<PendingCommit, Optional<CommitId>> written) {
    written.forEach(PendingCommit::succeed);
    notifyAll();
  }

  private synchronized void fail(List<Ready> group, RuntimeException because) {
    boolean told = false;
    for (Ready each : group) {
      if (!each.commit().isDone()) {
        each.commit().fail(because);
        told = true;
      }
    }
    if (!told) {
      LOG.warn(
          "The commits are safe, but something failed after them; the next one goes on", because);
    }
    notifyAll();
  }
}

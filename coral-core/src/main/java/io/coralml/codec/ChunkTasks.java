package io.coralml.codec;

import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Numbered pieces of work done by the calling thread and by helpers from the fork-join pool (the
 * caller's own pool, or the common one), their results handed over in order. At most a window of
 * results exists at any time. Helpers never wait: one that finds the window full ends, and the
 * caller calls a new one when there is room, so that a pool with no free thread costs time and
 * nothing else.
 */
final class ChunkTasks<T> {
  /** Takes the results, in order, in the calling thread. */
  interface Sink<T> {
    void accept(int index, T result);
  }

  /**
   * A call for help. A busy pool comes to it long after the work is done, and must not hold on to
   * the work and its tensor until then: an import of many tensors would need memory for all.
   */
  private static final class Call implements Runnable {
    private volatile @Nullable ChunkTasks<?> tasks;

    Call(ChunkTasks<?> tasks) {
      this.tasks = tasks;
    }

    @Override
    public void run() {
      ChunkTasks<?> current = tasks;
      if (current != null) {
        current.help();
      }
    }
  }

  private final int count;
  private final int window;
  private final int threads;
  // Null once all is done: a helper that is slow to leave holds on to nothing.
  private volatile @Nullable IntFunction<T> work;
  private final Sink<T> sink;
  private final @Nullable Object[] results;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Call call = new Call(this);

  // Guarded by the lock.
  private int claimed;
  private int delivered;
  private int called;
  private int working;
  private @Nullable RuntimeException failure;
  private @Nullable Error error;

  private ChunkTasks(int count, int threads, int window, IntFunction<T> work, Sink<T> sink) {
    this.count = count;
    this.threads = threads;
    this.window = window;
    this.work = work;
    this.sink = sink;
    this.results = new Object[Math.min(window, count)];
  }

  /** Returns how many threads work when nothing else is asked for. */
  static int defaultThreads() {
    return ForkJoinPool.commonPool().getParallelism() + 1;
  }

  /**
   * Computes work(0) to work(count - 1) on up to {@code threads} threads and gives each result to
   * the sink, in order, in this thread. The first failure ends it and is thrown.
   */
  static <T> void inOrder(int count, int threads, IntFunction<T> work, Sink<T> sink) {
    if (threads == 1 || count <= 1) {
      for (int index = 0; index < count; index++) {
        sink.accept(index, work.apply(index));
      }
      return;
    }
    new ChunkTasks<>(count, threads, 3 * threads, work, sink).run();
  }

  private void run() {
    try {
      for (int next = 0; next < count; ) {
        callHelpers();
        T ready = takeReady();
        if (ready != null) {
          sink.accept(next++, ready);
        } else {
          int index = claim();
          if (index >= 0) {
            keep(index, compute(index));
          } else {
            awaitNext();
          }
        }
      }
    } finally {
      stop();
    }
  }

  private void callHelpers() {
    lock.lock();
    try {
      int free = Math.min(count, delivered + window) - claimed;
      while (called < threads - 1 && called < free - 1) {
        called++;
        ForkJoinTask<?> task = ForkJoinTask.adapt(call);
        if (ForkJoinTask.inForkJoinPool()) {
          task.fork();
        } else {
          ForkJoinPool.commonPool().execute(task);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void help() {
    if (!begin()) {
      return;
    }
    try {
      for (int index = claim(); index >= 0; index = claim()) {
        keep(index, compute(index));
      }
    } catch (RuntimeException thrown) {
      fail(thrown, null);
    } catch (Error thrown) {
      fail(null, thrown);
    } finally {
      end();
    }
  }

  private T compute(int index) {
    return Objects.requireNonNull(work, "nothing is computed when all is done").apply(index);
  }

  /** A helper the pool only gets round to when everything is claimed must not count. */
  private boolean begin() {
    lock.lock();
    try {
      if (claimed == count) {
        return false;
      }
      working++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private int claim() {
    lock.lock();
    try {
      boolean room = claimed < count && claimed < delivered + window;
      return failure == null && error == null && room ? claimed++ : -1;
    } finally {
      lock.unlock();
    }
  }

  private void keep(int index, T result) {
    lock.lock();
    try {
      results[index % results.length] = result;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("unchecked") // only keep() writes results, and it writes T
  private @Nullable T takeReady() {
    lock.lock();
    try {
      int slot = delivered % results.length;
      T ready = (T) results[slot];
      if (ready != null) {
        results[slot] = null;
        delivered++;
      }
      return ready;
    } finally {
      lock.unlock();
    }
  }

  private void awaitNext() {
    lock.lock();
    try {
      while (failure == null && error == null && results[delivered % results.length] == null) {
        changed.awaitUninterruptibly();
      }
      if (failure != null) {
        throw failure;
      }
      if (error != null) {
        throw error;
      }
    } finally {
      lock.unlock();
    }
  }

  private void fail(@Nullable RuntimeException thrown, @Nullable Error fatal) {
    lock.lock();
    try {
      if (failure == null && error == null) {
        failure = thrown;
        error = fatal;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      working--;
      called--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No helper may still use the caller's buffers when the caller has left. */
  private void stop() {
    call.tasks = null;
    lock.lock();
    try {
      claimed = count;
      while (working > 0) {
        changed.awaitUninterruptibly();
      }
      work = null;
    } finally {
      lock.unlock();
    }
  }
}

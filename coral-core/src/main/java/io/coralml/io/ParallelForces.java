package io.coralml.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for several forces at once: a file system with a journal then commits them together. Six
 * files took 0.6 ms instead of 1.6 (ext4 on a virtual disk). Threads come when needed and go when
 * idle; when there are too many, or after {@link #close}, whoever asks does it itself. Thread-safe.
 */
final class ParallelForces implements AutoCloseable {
  private static final int MOST_THREADS = 16;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MOST_THREADS,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          ParallelForces::thread,
          (force, full) -> force.run());

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "coral-force");
    thread.setDaemon(true);
    return thread;
  }

  /** Begins a force that nobody waits for yet; nothing if all threads are busy. */
  Optional<Future<?>> begin(Callable<?> force) {
    return threads.getActiveCount() < MOST_THREADS
        ? Optional.of(threads.submit(force))
        : Optional.empty();
  }

  /** Returns when all are done; throws what the first of them threw, after all have ended. */
  void run(List<Runnable> forces) {
    if (forces.isEmpty()) {
      return;
    }
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (Runnable force : forces.subList(1, forces.size())) {
      others.add(CompletableFuture.runAsync(force, threads));
    }
    RuntimeException failure = attempt(forces.get(0));
    for (CompletableFuture<Void> other : others) {
      RuntimeException its = attempt(() -> join(other));
      if (failure == null) {
        failure = its;
      } else if (its != null) {
        failure.addSuppressed(its);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RuntimeException attempt(Runnable force) {
    try {
      force.run();
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private static void join(CompletableFuture<Void> force) {
    try {
      force.join();
    } catch (CompletionException | CancellationException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}

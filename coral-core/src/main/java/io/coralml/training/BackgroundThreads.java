package io.coralml.training;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where checkpoints are compressed and written: one after the other, each on all processors but
 * one, which is left to whoever trains. Thread-safe.
 */
final class BackgroundThreads implements AutoCloseable {
  private final ThreadPoolExecutor inTurn;
  private final ForkJoinPool workers;

  /**
   * @param run names the threads
   */
  BackgroundThreads(String run) {
    // No daemon: a program that ends without closing still writes what it was told is accepted.
    this.inTurn =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> new Thread(work, "coral checkpoints of " + run));
    inTurn.allowCoreThreadTimeOut(true);
    this.workers = workers(run);
  }

  /**
   * The low priority is heeded by some systems; by Linux under {@code -XX:ThreadPriorityPolicy=1}.
   */
  @SuppressWarnings("ThreadPriorityCheck") // a courtesy; nothing relies on it
  private static ForkJoinPool workers(String run) {
    return new ForkJoinPool(
        Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
        pool -> {
          ForkJoinWorkerThread thread =
              ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName("coral checkpoints of " + run + ", at work");
          thread.setPriority(Thread.MIN_PRIORITY);
          return thread;
        },
        null,
        false);
  }

  /** Has work done after everything before it. */
  void execute(Runnable work) {
    inTurn.execute(() -> workers.submit(work).join());
  }

  /** Ends the threads when what was handed over is done; does not wait. */
  @Override
  public void close() {
    inTurn.shutdown();
    workers.shutdown();
  }
}

package io.coralml.repository;

import io.coralml.CoralException;
import io.coralml.Log;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does what a repository needs now and then and nobody should wait for, one thing after the other
 * in a thread of its own, which comes when needed and goes when idle. What waits for its turn
 * already is not done twice. A failure is logged and left to the next time. Thread-safe.
 */
final class Housekeeping implements Executor, AutoCloseable {
  private static final Log LOG = Log.of(Housekeeping.class);

  private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Housekeeping::thread,
          (late, closed) ->
              LOG.debug("The repository is closed; the next one to open it goes on."));

  Housekeeping() {
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "coral-housekeeping");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void execute(Runnable work) {
    if (waiting.add(work)) {
      thread.execute(() -> run(work));
    }
  }

  private void run(Runnable work) {
    waiting.remove(work);
    try {
      work.run();
    } catch (CoralException e) {
      LOG.warn("Nothing is lost, but merging packs failed; it is tried again: {}", e.getMessage());
    }
  }

  /** Returns when all that was asked for so far is done, whatever interrupts come. */
  void await() {
    CountDownLatch done = new CountDownLatch(1);
    thread.execute(done::countDown);
    uninterruptibly(() -> thread.isShutdown() || done.await(1, TimeUnit.SECONDS));
  }

  /** Returns when all that was to be done is done, whatever interrupts come; nothing is added. */
  @Override
  public void close() {
    thread.shutdown();
    uninterruptibly(() -> thread.awaitTermination(1, TimeUnit.SECONDS));
  }

  private static void uninterruptibly(Callable<Boolean> wait) {
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = wait.call();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (Exception e) {
        throw new AssertionError("Waiting fails in no other way.", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Runs one measurement on a thread of its own, so that a body which never ends costs its own
 * benchmark and not the run. JUnit does the same for a preemptive timeout: thread-locals of the
 * test's thread are not seen.
 */
final class MeasuringThread {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private MeasuringThread() {}

  /** Something that measures. */
  @FunctionalInterface
  interface Work {
    /** Does it. */
    void run() throws Throwable;
  }

  /**
   * Runs the work and waits for it.
   *
   * @param leftBehind is told of a thread that does not end
   * @throws BenchmarkException if it takes longer than {@code limit}; it is told to stop and
   *     interrupted, and left behind when it does not react
   * @throws Throwable what the work threw; a lack of memory as a {@link BenchmarkException}
   */
  static void run(
      String name,
      Work work,
      Duration limit,
      Control control,
      BiConsumer<String, Thread> leftBehind)
      throws Throwable {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable t) {
                failure.set(t);
              } finally {
                done.countDown();
              }
            },
            "coral-measuring");
    thread.setDaemon(true);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
    boolean ended;
    try {
      ended = done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      control.cancel();
      thread.interrupt();
      throw e;
    }
    if (!ended) {
      BenchmarkException late = tooLong(name, limit, control, thread, done);
      if (thread.isAlive()) {
        leftBehind.accept(name, thread);
      }
      throw late;
    }
    Throwable thrown = failure.get();
    if (thrown instanceof OutOfMemoryError) {
      throw outOfMemory(name, thrown);
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  /** JUnit takes an error of the JVM for the end of all tests; what a body kept is gone by now. */
  private static BenchmarkException outOfMemory(String name, Throwable thrown) {
    return new BenchmarkException(
        "@CoralBenchmark "
            + name
            + " ran out of memory: "
            + thrown.getMessage()
            + ". Give the JVM more (-Xmx), or the benchmark less data; with forks and jvmArgs it has"
            + " a heap of its own.",
        thrown);
  }

  private static BenchmarkException tooLong(
      String name, Duration limit, Control control, Thread thread, CountDownLatch done)
      throws InterruptedException {
    StackTraceElement[] where = thread.getStackTrace();
    control.cancel();
    thread.interrupt();
    boolean stopped = done.await(GRACE.toNanos(), TimeUnit.NANOSECONDS);
    BenchmarkException late =
        new BenchmarkException(
            "@CoralBenchmark "
                + name
                + " did not end within "
                + limit.toMillis() / 1e3
                + " s; raise coral.time-limit if that is what it needs."
                + (stopped
                    ? ""
                    : " It does not react to interruption: its thread is left behind, and what is"
                        + " measured after it shares the processor with it."));
    late.setStackTrace(where);
    return late;
  }
}

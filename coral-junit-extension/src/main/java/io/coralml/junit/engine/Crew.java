package io.coralml.junit.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that run one body at once, released from one barrier. Hazard: a thread that starts late
 * or ends early leaves the others a machine with less contention. Defence: all run until they are
 * stopped, and each is counted over the time that it ran itself.
 */
final class Crew implements AutoCloseable {
  private final List<Body> bodies = new ArrayList<>();
  private final ExecutorService threads;
  private final CyclicBarrier barrier;

  /** What one thread does with its body. */
  @FunctionalInterface
  interface Task<T> {
    /** Does it. */
    T run(Body body) throws Throwable;
  }

  Crew(Body body, int size) throws ReflectiveOperationException {
    for (int i = 0; i < size; i++) {
      bodies.add(body.forAnotherThread());
    }
    this.barrier = new CyclicBarrier(size + 1);
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    this.threads =
        Executors.newFixedThreadPool(
            size,
            work -> {
              Thread thread = new Thread(work, "coral-measuring");
              thread.setDaemon(true);
              thread.setContextClassLoader(loader);
              return thread;
            });
  }

  int size() {
    return bodies.size();
  }

  /**
   * Has every thread do a task, all from one barrier.
   *
   * @param meanwhile runs on the calling thread once all are released
   * @return what each gave
   * @throws Throwable what the first failing one threw; the others are stopped
   */
  <T> List<T> all(Task<T> task, MeasuringThread.Work meanwhile) throws Throwable {
    List<Future<T>> futures = new ArrayList<>();
    for (Body body : bodies) {
      futures.add(threads.submit(() -> released(task, body)));
    }
    barrier.await();
    meanwhile.run();
    List<T> results = new ArrayList<>();
    Throwable failure = null;
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    if (failure instanceof Failure wrapped) {
      throw wrapped.getCause();
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  /**
   * Has every thread make so many calls, all from one barrier.
   *
   * @return how long the slowest took, in ns
   */
  long run(long calls) throws Throwable {
    return all(member -> member.run(calls), () -> {}).stream()
        .mapToLong(Long::longValue)
        .max()
        .orElseThrow();
  }

  private <T> T released(Task<T> task, Body body)
      throws InterruptedException, BrokenBarrierException {
    barrier.await();
    try {
      return task.run(body);
    } catch (Throwable t) {
      body.control().cancel();
      throw new Failure(t);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Carries what a body threw out of its thread. */
  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure(Throwable cause) {
      super(cause);
    }

    @Override
    public synchronized Throwable getCause() {
      return java.util.Objects.requireNonNull(super.getCause());
    }
  }
}

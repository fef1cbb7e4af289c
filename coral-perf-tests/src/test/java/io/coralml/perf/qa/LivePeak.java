package io.coralml.perf.qa;

import com.sun.management.GarbageCollectorMXBean;
import io.coralml.junit.stats.Sample;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The most live heap that an action needs beyond what was alive before it, garbage not counted:
 * what the heap must at least have room for.
 *
 * <p>The action is done again and again. Each time the heap is collected before it, so that what
 * earlier ones left is not counted, and then by a second thread, at moments that have nothing to do
 * with what the action is at; each collection tells how much was alive. The peak is the largest of
 * those. What is kept from action to action, as caches are, was there before and is not counted. A
 * peak that lasts for a share p of the action's time is missed by n collections with a probability
 * of (1 - p)^n, so n is returned too.
 *
 * @param extraBytes the peak above the heap before, in bytes
 * @param collections how many moments were looked at
 * @param nanos how long the action takes where nothing is collected: the median of a few
 */
record LivePeak(long extraBytes, int collections, double nanos) {
  private static final int UNDISTURBED = 5;
  private static final int PAUSE_NANOS = 12_000_000;
  private static final int TRIES = 50;

  private static final Set<String> HEAP_POOLS =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());

  /** Something that is done again and again. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** Repeats an action until so many collections were made while it went on. */
  static LivePeak of(Action action, int collections) throws Exception {
    return of(() -> {}, action, collections);
  }

  /**
   * Repeats an action until so many collections were made while it went on.
   *
   * @param preparation is done before each action; what it leaves is not counted
   * @throws IllegalStateException if the action is mostly over before a collection begins
   */
  static LivePeak of(Action preparation, Action action, int collections) throws Exception {
    double[] nanos = new double[Math.min(UNDISTURBED, collections)];
    for (int i = -1; i < nanos.length; i++) {
      preparation.run();
      long start = System.nanoTime();
      action.run();
      // The first one fills caches that stay.
      nanos[Math.max(0, i)] = System.nanoTime() - start;
    }
    double typical = Sample.of(nanos).median();
    SplittableRandom pauses = new SplittableRandom(1);
    long peak = 0;
    int made = 0;
    for (int turn = 0; made < collections; turn++) {
      if (turn > TRIES * collections) {
        throw new IllegalStateException(
            "The action is over before the heap is collected; do it several times in one");
      }
      preparation.run();
      Collector collector = new Collector((long) Math.min(typical, PAUSE_NANOS), pauses.split());
      long before = baseline();
      collector.start();
      try {
        action.run();
      } finally {
        collector.ended = true;
        collector.join();
      }
      peak = Math.max(peak, collector.peak - before);
      made += collector.count;
    }
    return new LivePeak(peak, made, typical);
  }

  /** The least of three tries: a cleaner lets go only after a collection. */
  private static long baseline() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, live());
    }
    return least;
  }

  /** What was alive after the whole heap was last collected. */
  private static long live() {
    @Nullable Map<String, MemoryUsage> last = null;
    long latest = -1;
    for (var bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (bean instanceof GarbageCollectorMXBean sun
          && sun.getLastGcInfo() != null
          && sun.getLastGcInfo().getEndTime() >= latest
          && sun.getMemoryPoolNames().length > 2) {
        latest = sun.getLastGcInfo().getEndTime();
        last = sun.getLastGcInfo().getMemoryUsageAfterGc();
      }
    }
    if (last == null) {
      throw new IllegalStateException("This JVM does not tell what its collections leave");
    }
    return last.entrySet().stream()
        .filter(pool -> HEAP_POOLS.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  private static final class Collector extends Thread {
    private final long longestPause;
    private final SplittableRandom pauses;
    private volatile boolean ended;

    // Read when this thread has ended.
    private long peak;
    private int count;

    Collector(long longestPause, SplittableRandom pauses) {
      super("live-peak");
      this.longestPause = longestPause;
      this.pauses = pauses;
      setDaemon(true);
    }

    @Override
    public void run() {
      // The action goes on meanwhile, by a different stretch each time.
      LockSupport.parkNanos(pauses.nextLong(longestPause + 1));
      while (!ended) {
        System.gc();
        // Whether or not it was still at work: what is alive after it is no more than its peak.
        peak = Math.max(peak, live());
        count += ended ? 0 : 1;
        LockSupport.parkNanos(pauses.nextLong(longestPause + 1));
      }
    }
  }
}

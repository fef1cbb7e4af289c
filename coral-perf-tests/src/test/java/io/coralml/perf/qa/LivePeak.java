package io.coralml.perf.qa;

import com.sun.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The most live heap that an action needs beyond what was alive before it, garbage not counted:
 * what the heap must at least have room for.
 *
 * <p>A second thread collects the heap again and again, at moments that have nothing to do with
 * what the action is at, while the action is repeated; each collection tells how much was alive.
 * The peak is the largest of those. A peak that lasts for a share p of the action's time is missed
 * by n collections with a probability of (1 - p)^n, so n is returned too.
 *
 * @param extraBytes the peak above the heap before, in bytes
 * @param collections how many moments were looked at
 */
record LivePeak(long extraBytes, int collections) {
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

  /** Repeats an action until the time is over and at least so many collections were made. */
  static LivePeak of(Action action, Duration atLeast, int collections) throws Exception {
    action.run(); // fills caches that stay
    Collector collector = new Collector(baseline());
    collector.start();
    try {
      long end = System.nanoTime() + atLeast.toNanos();
      do {
        action.run();
      } while (System.nanoTime() < end || collector.count.get() < collections);
    } finally {
      collector.ended = true;
      collector.join();
    }
    return new LivePeak(Math.max(0, collector.peak - collector.before), collector.count.get());
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
    private final long before;
    private volatile long peak;
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean ended;

    Collector(long before) {
      super("live-peak");
      this.before = before;
      setDaemon(true);
    }

    @Override
    public void run() {
      SplittableRandom pauses = new SplittableRandom(1);
      try {
        while (!ended) {
          // The action goes on meanwhile, by a different stretch each time.
          Thread.sleep(pauses.nextInt(1, 12));
          System.gc();
          peak = Math.max(peak, live());
          count.incrementAndGet();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

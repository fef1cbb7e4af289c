package io.coralml.junit.memory;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Watches the heap and its collections from its creation until {@link #stop}.
 *
 * <p>The heap is fullest right before a collection, and the JVM keeps how full it was then; the
 * peak is the largest of those and of what is in use at the end. So garbage counts: it is what the
 * heap had to hold, not what was alive. Cycles of a concurrent collector are counted, but their
 * time is no pause. Thread-safe.
 *
 * <p>There are two ways to learn of a collection. The JVM notifies a listener of each; but the
 * notification is made by a thread of its own, beside the code that is measured: in a young
 * generation of 8 MB it made {@code new byte[256]} take 21 ns, where it takes 11 without. So code
 * that is timed in blocks is {@linkplain #startBetweenBlocks watched between them}, where it is
 * asked for the last collection alone. Counts and the sum of the pauses are the same.
 */
public final class MemoryWatch {
  private static final long DELIVERY_NANOS = 200_000_000;
  private static final Set<String> HEAP_POOLS =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == java.lang.management.MemoryType.HEAP)
          .map(pool -> pool.getName())
          .collect(Collectors.toUnmodifiableSet());

  private final NotificationListener listener = this::received;
  private final ResidentSize resident = ResidentSize.ofThisProcess();
  private final boolean peakIsOurs = resident.resetPeak();
  private final Map<String, Long> before = collections();
  private final long heapBefore = usedHeap();
  private final Allocation allocationBefore = Allocation.ofAllThreads();
  private final long pausesBefore = pauseMillis();
  private final boolean listens;
  private final Map<String, Long> lookedAt = new HashMap<>(before);
  private long count;
  private long longestMillis;
  private long peak;

  private MemoryWatch(boolean listens) {
    this.listens = listens;
  }

  /**
   * What was seen.
   *
   * @param collections how many collections ended
   * @param pauseNanos how long they stopped the program, together, in ns; the JVM tells in whole
   *     milliseconds
   * @param longestPauseNanos the longest of those that were seen, in whole milliseconds
   * @param peakHeapBytes the most the heap held, garbage included
   * @param extraHeapBytes how much more that is than at the beginning
   * @param directBytes what direct buffers hold at the end
   * @param mappedBytes what mapped files hold at the end
   * @param allocatedBytes what all threads that are alive at the end allocated on the heap; -1 on a
   *     JVM that does not count it
   * @param peakRssBytes the largest resident size since the beginning; -1 where the system does not
   *     tell, or does not let go of the peak from before
   */
  public record Seen(
      long collections,
      double pauseNanos,
      double longestPauseNanos,
      long peakHeapBytes,
      long extraHeapBytes,
      long directBytes,
      long mappedBytes,
      long allocatedBytes,
      long peakRssBytes) {}

  /** Begins to watch, and is told of every collection. */
  public static MemoryWatch start() {
    MemoryWatch watch = new MemoryWatch(true);
    emitters().forEach(bean -> bean.addNotificationListener(watch.listener, null, null));
    return watch;
  }

  /** Begins to watch code that is timed in blocks; {@link #look} after each of them. */
  public static MemoryWatch startBetweenBlocks() {
    MemoryWatch watch = new MemoryWatch(false);
    // The first answer takes longer than all others.
    collectors().forEach(com.sun.management.GarbageCollectorMXBean::getLastGcInfo);
    return watch;
  }

  /** Looks at the last collection of each collector, if there was one since the last look. */
  public synchronized void look() {
    for (com.sun.management.GarbageCollectorMXBean bean : collectors()) {
      long collections = Math.max(0, bean.getCollectionCount());
      if (lookedAt.put(bean.getName(), collections) != collections) {
        GcInfo last = bean.getLastGcInfo();
        if (last != null) {
          note(bean.getName(), last);
        }
      }
    }
  }

  private static List<com.sun.management.GarbageCollectorMXBean> collectors() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(com.sun.management.GarbageCollectorMXBean.class::isInstance)
        .map(com.sun.management.GarbageCollectorMXBean.class::cast)
        .toList();
  }

  private static long pauseMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(bean -> isPause(bean.getName()))
        .mapToLong(bean -> Math.max(0, bean.getCollectionTime()))
        .sum();
  }

  private static List<NotificationEmitter> emitters() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(NotificationEmitter.class::isInstance)
        .map(NotificationEmitter.class::cast)
        .toList();
  }

  private static Map<String, Long> collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .collect(
            Collectors.toMap(
                GarbageCollectorMXBean::getName, bean -> Math.max(0, bean.getCollectionCount())));
  }

  private static long usedHeap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private synchronized void received(Notification notification, Object unusedHandback) {
    if (!notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      return;
    }
    GarbageCollectionNotificationInfo info =
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
    // One that ended before the watch began may still be on its way.
    if (info.getGcInfo().getId() <= before.getOrDefault(info.getGcName(), 0L)) {
      return;
    }
    count++;
    note(info.getGcName(), info.getGcInfo());
    notifyAll();
  }

  private void note(String collector, GcInfo collection) {
    if (isPause(collector)) {
      longestMillis = Math.max(longestMillis, collection.getDuration());
    }
    long held = 0;
    for (Map.Entry<String, MemoryUsage> pool : collection.getMemoryUsageBeforeGc().entrySet()) {
      held += HEAP_POOLS.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
    }
    peak = Math.max(peak, held);
  }

  private static boolean isPause(String collector) {
    return !collector.endsWith("Cycles") && !collector.contains("Concurrent");
  }

  /** Ends the watch, once the notifications that are under way, if any, have arrived. */
  public Seen stop() {
    long allocated = Allocation.ofAllThreads().since(allocationBefore);
    BufferPools buffers = BufferPools.now();
    long held = usedHeap();
    long ended = 0;
    for (Map.Entry<String, Long> collector : collections().entrySet()) {
      ended += collector.getValue() - before.getOrDefault(collector.getKey(), 0L);
    }
    if (listens) {
      awaitDelivery(ended);
      stopListening();
    } else {
      look();
    }
    synchronized (this) {
      peak = Math.max(peak, held);
      return new Seen(
          ended,
          Math.max(longestMillis, pauseMillis() - pausesBefore) * 1e6,
          longestMillis * 1e6,
          peak,
          Math.max(0, peak - heapBefore),
          buffers.direct(),
          buffers.mapped(),
          Allocation.isCounted() ? allocated : -1,
          peakIsOurs ? resident.peak().orElse(-1) : -1);
    }
  }

  private void stopListening() {
    for (NotificationEmitter bean : emitters()) {
      try {
        bean.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new IllegalStateException("A watch is stopped once.", e);
      }
    }
  }

  private synchronized void awaitDelivery(long expected) {
    long deadline = System.nanoTime() + DELIVERY_NANOS;
    try {
      while (count < expected && System.nanoTime() < deadline) {
        wait(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

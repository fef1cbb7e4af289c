package io.coralml.junit.memory;

import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Trend;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * How many bytes stay on the heap for each operation: the slope of the heap after a collection
 * against the operations done, by the Theil-Sen estimate, which a cache that fills up once does not
 * fool. No leak is an interval that contains zero. Not thread-safe.
 */
public final class LeakSlope {
  private static final double CONFIDENCE = 0.95;
  private static final int COLLECTIONS = 3;
  private static final long NOTICEABLE_BYTES = 32 * 1024;

  private final List<Double> operations = new ArrayList<>();
  private final List<Double> bytes = new ArrayList<>();

  /** Creates a slope without points. */
  public LeakSlope() {}

  /** Collects the heap and notes what is left of it after so many operations. */
  public void observe(long operationsDone) {
    observe(operationsDone, heapAfterCollection());
  }

  /**
   * Notes what was left of the heap after so many operations.
   *
   * @param operationsDone how many have been done since the beginning; never less than before
   * @param heapBytes the bytes in use
   */
  public void observe(long operationsDone, long heapBytes) {
    if (!operations.isEmpty() && operationsDone < operations.get(operations.size() - 1)) {
      throw new IllegalArgumentException(
          "Operations are counted from the beginning; "
              + operationsDone
              + " is less than the time before.");
    }
    operations.add((double) operationsDone);
    bytes.add((double) heapBytes);
  }

  /** Returns how often it was observed. */
  public int points() {
    return operations.size();
  }

  /**
   * Returns bytes per operation with the 95 % interval.
   *
   * @throws IllegalArgumentException with fewer than three points
   */
  public Interval bytesPerOperation() {
    return Trend.theilSen(
        operations.stream().mapToDouble(Double::doubleValue).toArray(),
        bytes.stream().mapToDouble(Double::doubleValue).toArray(),
        CONFIDENCE);
  }

  /**
   * Returns bytes per operation with an interval that allows for what a JVM may keep for itself, 32
   * KiB over all operations: the interval of {@link #bytesPerOperation}, wider by that much. It
   * holds 0 unless there is a leak worth the name.
   *
   * @throws IllegalArgumentException with fewer than three points
   */
  public Interval leak() {
    Interval slope = bytesPerOperation();
    double own = NOTICEABLE_BYTES / Math.max(1, spanned());
    return new Interval(slope.low() - own, slope.value(), slope.high() + own);
  }

  private double spanned() {
    return operations.get(operations.size() - 1) - operations.get(0);
  }

  /** Returns how much more the heap held at the last observation than at the first, in bytes. */
  public long retainedBytes() {
    return bytes.isEmpty() ? 0 : (long) (bytes.get(bytes.size() - 1) - bytes.get(0));
  }

  /**
   * Tells whether there is a leak worth the name: whether the lower end of the interval, over all
   * operations, comes to more than 32 KiB, which a JVM may keep for itself. A smaller leak shows
   * with more operations.
   *
   * @throws IllegalArgumentException with fewer than three points
   */
  public boolean leaks() {
    return leak().low() > 0;
  }

  /**
   * Collects the heap and returns the bytes that survive: the least of three tries, for what a
   * cleaner or a reference queue lets go becomes garbage only after the first.
   *
   * @throws IllegalStateException when the JVM does not collect on request
   */
  public static long heapAfterCollection() {
    long before = collections();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    if (collections() == before) {
      throw new IllegalStateException(
          "The JVM does not collect the heap on request, so a leak cannot be measured; start it"
              + " without -XX:+DisableExplicitGC.");
    }
    return least;
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(bean -> Math.max(0, bean.getCollectionCount()))
        .sum();
  }
}

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

  private final List<Double> operations = new ArrayList<>();
  private final List<Double> bytes = new ArrayList<>();

  /** Creates a slope without points. */
  public LeakSlope() {}

  /** Collects the heap and notes what is left of it after so many operations. */
  public void observe(long operationsDone) {
    observe(operationsDone, heapAfterCollection());
  }

  /** Notes what was left of the heap after so many operations. */
  public void observe(long operationsDone, long heapBytes) {
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

  /** Collects the heap and returns the bytes that survive: the least of three tries. */
  public static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}

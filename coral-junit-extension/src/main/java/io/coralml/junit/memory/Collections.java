package io.coralml.junit.memory;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * How often the heap has been collected, and how long that took, since the JVM started.
 *
 * @param count the number of collections, of all collectors
 * @param millis the time they took, in ms
 */
public record Collections(long count, long millis) {
  /** Returns the totals until now. */
  public static Collections now() {
    long count = 0;
    long millis = 0;
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      count += Math.max(0, bean.getCollectionCount());
      millis += Math.max(0, bean.getCollectionTime());
    }
    return new Collections(count, millis);
  }

  /** Returns what happened since {@code earlier}. */
  public Collections since(Collections earlier) {
    return new Collections(count - earlier.count, millis - earlier.millis);
  }
}

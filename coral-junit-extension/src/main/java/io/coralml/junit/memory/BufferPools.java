package io.coralml.junit.memory;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What byte buffers hold outside the heap, in bytes. Direct buffers are freed when a collection
 * finds them unreachable, so this falls only after one.
 *
 * @param direct memory of direct buffers
 * @param mapped memory of mapped files
 */
public record BufferPools(long direct, long mapped) {
  /** Returns what they hold now. */
  public static BufferPools now() {
    long direct = 0;
    long mapped = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      long used = Math.max(0, pool.getMemoryUsed());
      if (pool.getName().equals("direct")) {
        direct += used;
      } else if (pool.getName().startsWith("mapped")) {
        mapped += used;
      }
    }
    return new BufferPools(direct, mapped);
  }
}

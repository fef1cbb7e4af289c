package io.coralml.junit.memory;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many bytes the current thread has allocated since it started: exact, counted by HotSpot as it
 * hands out memory, and free of allocation itself.
 */
public final class Allocation {
  private static final ThreadMXBean THREADS = threads();

  private Allocation() {}

  private static @org.jspecify.annotations.Nullable ThreadMXBean threads() {
    return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
            && bean.isThreadAllocatedMemorySupported()
            && bean.isThreadAllocatedMemoryEnabled()
        ? bean
        : null;
  }

  /** Returns the bytes; -1 on a JVM that does not count them. */
  public static long currentThreadBytes() {
    return THREADS == null ? -1 : THREADS.getCurrentThreadAllocatedBytes();
  }
}

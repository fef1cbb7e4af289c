package io.coralml.junit.memory;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes threads have allocated on the heap: exact, counted by HotSpot as it hands out
 * memory, headers and padding included. Reading the count of the current thread allocates nothing.
 * Immutable; the static methods are thread-safe.
 */
public final class Allocation {
  private static final @Nullable ThreadMXBean THREADS = threads();

  private final Map<Long, Long> bytesOfThread;

  private Allocation(Map<Long, Long> bytesOfThread) {
    this.bytesOfThread = bytesOfThread;
  }

  private static @Nullable ThreadMXBean threads() {
    return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
            && bean.isThreadAllocatedMemorySupported()
            && bean.isThreadAllocatedMemoryEnabled()
        ? bean
        : null;
  }

  /** Tells whether this JVM counts what threads allocate. */
  public static boolean isCounted() {
    return THREADS != null;
  }

  /**
   * Returns the bytes the current thread has allocated since it started; -1 on a JVM that does not
   * count them.
   */
  public static long currentThreadBytes() {
    return THREADS == null ? -1 : THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Notes the counts of all threads that are alive now. */
  public static Allocation ofAllThreads() {
    Map<Long, Long> counts = new HashMap<>();
    if (THREADS != null) {
      long[] ids = THREADS.getAllThreadIds();
      long[] bytes = THREADS.getThreadAllocatedBytes(ids);
      for (int i = 0; i < ids.length; i++) {
        // A thread that ended between the two calls has the count -1.
        if (bytes[i] >= 0) {
          counts.put(ids[i], bytes[i]);
        }
      }
    }
    return new Allocation(counts);
  }

  /**
   * Returns the bytes that were allocated since {@code earlier} by all threads alive now, those
   * that were started in between included; what a thread allocated that has ended in between is not
   * known. Taking notes allocates a little itself, so this is for thousands of operations at once.
   */
  public long since(Allocation earlier) {
    long bytes = 0;
    for (Map.Entry<Long, Long> thread : bytesOfThread.entrySet()) {
      bytes += thread.getValue() - earlier.bytesOfThread.getOrDefault(thread.getKey(), 0L);
    }
    return bytes;
  }
}

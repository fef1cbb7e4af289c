package io.coralml.perf.qa;

import io.coralml.perf.ScratchRepository;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.opentest4j.TestAbortedException;

/** Whether a machine has what a scenario needs; where not, the scenario is skipped and says why. */
public final class Room {
  private static final double SHARE = 0.5;

  private Room() {}

  /** Returns the memory of the machine in bytes. */
  public static long memoryBytes() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  /**
   * Skips the running test unless half the machine's memory is enough.
   *
   * @throws TestAbortedException if it is not
   */
  public static void requireMemory(long bytes) {
    long half = (long) (memoryBytes() * SHARE);
    if (bytes > half) {
      throw tooLittle("memory, half of what the machine has", half, bytes);
    }
  }

  /**
   * Skips the running test unless the greatest heap this JVM may have is enough.
   *
   * @throws TestAbortedException if it is not
   */
  public static void requireHeap(long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap) {
      throw tooLittle("heap", heap, bytes);
    }
  }

  /**
   * Skips the running test unless half the disk space where repositories are made is enough.
   *
   * @throws TestAbortedException if it is not
   */
  public static void requireDisk(long bytes) {
    long half = (long) (ScratchRepository.usableBytes() * SHARE);
    if (bytes > half) {
      throw tooLittle("disk space, half of what is free", half, bytes);
    }
  }

  private static TestAbortedException tooLittle(String what, long there, long needed) {
    return new TestAbortedException(
        String.format(
            Locale.ROOT,
            "Skipped: needs %,d MB of %s, and there are %,d MB.",
            needed >> 20,
            what,
            there >> 20));
  }
}

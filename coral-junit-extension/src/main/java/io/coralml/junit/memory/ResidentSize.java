package io.coralml.junit.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How much physical memory this process holds, as Linux tells in {@code /proc/self/status}
 * (proc(5), {@code VmRSS} and {@code VmHWM}). Elsewhere nothing is known and -1 is returned.
 */
public final class ResidentSize {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ResidentSize() {}

  /** Returns the resident size now, in bytes; -1 where it is not known. */
  public static long currentBytes() {
    return read("VmRSS:");
  }

  /** Returns the largest resident size since the last reset, in bytes; -1 where it is not known. */
  public static long peakBytes() {
    return read("VmHWM:");
  }

  /**
   * Makes the peak the current size.
   *
   * @return whether the system allowed it; if not, the peak is that of the whole process
   */
  public static boolean resetPeak() {
    if (!Files.isWritable(CLEAR)) {
      return false;
    }
    try {
      Files.writeString(CLEAR, "5");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static long read(String key) {
    if (!Files.isReadable(STATUS)) {
      return -1;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(key.length()).replace("kB", "").trim())
          .mapToLong(text -> Long.parseLong(text) * 1024)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }
}

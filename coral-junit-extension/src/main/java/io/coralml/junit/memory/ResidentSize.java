package io.coralml.junit.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much physical memory this process holds, in bytes: heap, code, stacks, buffers, mapped files.
 *
 * <p>On Linux from {@code /proc/self/status} ({@code VmRSS}, {@code VmHWM}; see proc(5)); the peak
 * is set back by writing 5 to {@code /proc/self/clear_refs}, where that is permitted. On macOS the
 * current size comes from {@code ps}, and there is no peak. Elsewhere both are absent. Thread-safe.
 */
public final class ResidentSize {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentSize.class);
  private static final String RESET_PEAK = "5";
  private static final long PATIENCE_SECONDS = 2;

  private final Path process;
  private final List<String> command;

  private ResidentSize(Path process, List<String> command) {
    this.process = process;
    this.command = command;
  }

  /** Returns the resident size of this process, by the means of this operating system. */
  public static ResidentSize ofThisProcess() {
    String pid = Long.toString(ProcessHandle.current().pid());
    boolean mac = System.getProperty("os.name", "").startsWith("Mac");
    return new ResidentSize(
        Path.of("/proc/self"), mac ? List.of("ps", "-o", "rss=", "-p", pid) : List.of());
  }

  /**
   * Returns a resident size that is read from elsewhere.
   *
   * @param process a folder with the files {@code status} and {@code clear_refs}
   * @param command prints the current size in KiB; empty when there is no such command
   */
  static ResidentSize from(Path process, List<String> command) {
    return new ResidentSize(process, List.copyOf(command));
  }

  /** Returns the size now. */
  public OptionalLong current() {
    OptionalLong size = field("VmRSS:");
    return size.isPresent() ? size : fromCommand();
  }

  /**
   * Returns the largest size since {@link #resetPeak()} last succeeded, else since the process
   * started.
   */
  public OptionalLong peak() {
    return field("VmHWM:");
  }

  /**
   * Forgets the peak until now.
   *
   * @return whether this was possible; if not, the peak is that of the whole life of the process
   */
  public boolean resetPeak() {
    Path file = process.resolve("clear_refs");
    if (!Files.isWritable(file)) {
      return false;
    }
    try {
      Files.writeString(file, RESET_PEAK);
      return true;
    } catch (IOException e) {
      LOG.debug("{} does not let the peak be reset: {}", file, e.toString());
      return false;
    }
  }

  private OptionalLong field(String name) {
    Path status = process.resolve("status");
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    try {
      for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(name)) {
          return kibibytes(line.substring(name.length()).replace("kB", ""));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("{} cannot be read: {}", status, e.toString());
    }
    return OptionalLong.empty();
  }

  private OptionalLong fromCommand() {
    if (command.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      Process ps = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(ps.getInputStream(), StandardCharsets.ISO_8859_1))) {
        String line = output.readLine();
        return line == null ? OptionalLong.empty() : kibibytes(line);
      } finally {
        if (!ps.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          ps.destroyForcibly();
        }
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be run: {}", command, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return OptionalLong.empty();
  }

  private static OptionalLong kibibytes(String text) {
    try {
      return OptionalLong.of(Math.multiplyExact(Long.parseLong(text.trim()), 1024L));
    } catch (NumberFormatException | ArithmeticException e) {
      LOG.debug("\"{}\" is not a number of KiB", text);
      return OptionalLong.empty();
    }
  }
}

package io.coralml.junit.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks at the machine before anything is measured: cores, memory, disk space, how long a forced
 * write takes, the clock, the JDK, load, time stolen by other virtual machines, agents. Part of
 * every measured run, and a command of its own: {@code coral-bench check}.
 */
public final class SystemCheck {
  private static final long LEAST_MEMORY = 2L << 30;
  private static final long LEAST_DISK = 1L << 30;
  private static final double SLOW_FORCE_MILLIS = 50;
  private static final double MOST_STEAL_PERCENT = 5;
  private static final int FORCES = 5;

  private SystemCheck() {}

  /** How much a finding matters. */
  public enum Severity {
    /** As it should be. */
    FINE,
    /** Measuring works, but its numbers will be worse for it. */
    DISTURBING,
    /** Measuring makes no sense. */
    IMPOSSIBLE
  }

  /**
   * One thing that was looked at.
   *
   * @param what was looked at
   * @param found what was found
   * @param severity how much it matters
   * @param advice what to do about it; empty when it is fine
   */
  public record Finding(String what, String found, Severity severity, String advice) {}

  /**
   * Looks at everything; takes a fraction of a second.
   *
   * @param folder where benchmarks will write; its file system is the one that is looked at
   */
  public static List<Finding> run(Path folder) {
    List<Finding> findings = new ArrayList<>();
    int cores = Runtime.getRuntime().availableProcessors();
    findings.add(
        judge(
            "cores",
            Integer.toString(cores),
            cores >= 2,
            "compilers and collectors compete with the body; give it two cores"));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
      long memory = os.getTotalMemorySize();
      findings.add(
          judge("memory", gib(memory), memory >= LEAST_MEMORY, "larger benchmarks need 2 GiB"));
      double load = os.getSystemLoadAverage();
      if (load >= 0) {
        findings.add(
            judge(
                "load",
                String.format(Locale.ROOT, "%.2f in the last minute", load),
                load < cores * 0.75,
                "other processes compete for the machine; measure when it is idle"));
      }
    }
    steal().ifPresent(findings::add);
    findings.add(disk(folder));
    findings.add(clock(Clock.RESOLUTION_NANOS));
    findings.add(
        new Finding(
            "jdk",
            System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
            Severity.FINE,
            ""));
    List<String> agents =
        Environment.agents(ManagementFactory.getRuntimeMXBean().getInputArguments());
    findings.add(
        judge(
            "agents",
            agents.isEmpty() ? "none" : String.join(", ", agents),
            agents.isEmpty(),
            "an agent changes how fast code runs; measure without"));
    return findings;
  }

  private static Finding judge(String what, String found, boolean fine, String advice) {
    return new Finding(what, found, fine ? Severity.FINE : Severity.DISTURBING, fine ? "" : advice);
  }

  static Finding clock(long resolutionNanos) {
    boolean usable = resolutionNanos <= Clock.COARSEST_NANOS;
    return new Finding(
        "clock",
        "steps of " + resolutionNanos + " ns, " + Clock.COST_NANOS + " ns to read",
        usable ? Severity.FINE : Severity.IMPOSSIBLE,
        usable ? "" : "blocks of 5 to 20 ms cannot be told apart; use another machine");
  }

  private static Finding disk(Path folder) {
    Path place = folder.toAbsolutePath();
    while (place != null && !Files.isDirectory(place)) {
      place = place.getParent();
    }
    if (place == null) {
      return new Finding(
          "disk", "no folder " + folder, Severity.DISTURBING, "name one that exists");
    }
    try {
      long free = Files.getFileStore(place).getUsableSpace();
      double millis = forceMillis(place);
      return judge(
          "disk",
          String.format(Locale.ROOT, "%s free, a forced write takes %.2f ms", gib(free), millis),
          free >= LEAST_DISK && millis <= SLOW_FORCE_MILLIS,
          "benchmarks that write need 1 GiB and forces below 50 ms");
    } catch (IOException e) {
      return new Finding("disk", place + ": " + e, Severity.DISTURBING, "make the folder writable");
    }
  }

  /** Returns the median time of a forced write of 4 KiB, in ms. */
  private static double forceMillis(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "coral-check", ".tmp");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long[] nanos = new long[FORCES];
      for (int i = 0; i < FORCES; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(4096));
        channel.force(false);
        nanos[i] = System.nanoTime() - start;
      }
      Arrays.sort(nanos);
      return nanos[FORCES / 2] / 1e6;
    } finally {
      Files.delete(file);
    }
  }

  /** The share of processor time that the hypervisor gave to others since the system started. */
  private static Optional<Finding> steal() {
    return Environment.firstLine(Path.of("/proc/stat"))
        .flatMap(SystemCheck::stealPercent)
        .map(
            percent ->
                judge(
                    "steal",
                    String.format(Locale.ROOT, "%.1f %% since the system started", percent),
                    percent <= MOST_STEAL_PERCENT,
                    "other virtual machines take this one's time; compare only pairs"));
  }

  /** Reads the eighth number of the {@code cpu} line of /proc/stat, see proc(5). */
  static Optional<Double> stealPercent(String line) {
    String[] fields = line.trim().split("\\s+", -1);
    if (fields.length < 9 || !fields[0].equals("cpu")) {
      return Optional.empty();
    }
    double total = 0;
    for (int i = 1; i <= 8; i++) {
      total += Double.parseDouble(fields[i]);
    }
    return total == 0 ? Optional.empty() : Optional.of(100 * Double.parseDouble(fields[8]) / total);
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  /**
   * Returns the exit code that the worst of the findings deserves: 0 all is well, 1 something will
   * disturb a measurement, 3 measuring is impossible.
   */
  public static int exitCode(List<Finding> findings) {
    int code = 0;
    for (Finding finding : findings) {
      code =
          Math.max(
              code,
              switch (finding.severity()) {
                case FINE -> 0;
                case DISTURBING -> 1;
                case IMPOSSIBLE -> 3;
              });
    }
    return code;
  }
}

package io.coralml.junit.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a run was asked for, apart from its profile.
 *
 * @param suites only these are measured; all when none is named
 * @param timeLimit how long one benchmark may take
 * @param output where reports go
 * @param temporary where forks work
 * @param strict whether a mismatch or a warning fails a benchmark
 * @param strictGates whether limits on times fail in every profile, and comparisons without a
 *     decision
 * @param silent whether what concerns the whole run stays out of the log; the report has it anyway
 * @param verbose whether what forks print is passed on while they run
 * @param ioIntensive whether bodies are expected to wait for a disk or a network
 * @param memoryLimit the largest heap in MB; absent when there is no limit
 * @param profiler the name of the profiler that was asked for
 * @param profilerTime how long it watches a body
 */
record RunOptions(
    Set<String> suites,
    Duration timeLimit,
    Path output,
    Path temporary,
    boolean strict,
    boolean strictGates,
    boolean silent,
    boolean verbose,
    boolean ioIntensive,
    OptionalLong memoryLimit,
    Optional<String> profiler,
    Duration profilerTime) {
  private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(10);
  private static final List<String> LEVELS =
      List.of("trace", "debug", "info", "warn", "error", "off");
  private static final List<String> SILENT = List.of("error", "off");
  private static final List<String> LOUD = List.of("trace", "debug");

  static RunOptions of(Options options, Path here) {
    long limit = options.number("coral.benchmark.memory-limit", 0, 16, Integer.MAX_VALUE);
    Optional<String> level = options.choice("coral.benchmark.log-level", LEVELS);
    boolean loud = level.filter(LOUD::contains).isPresent();
    return new RunOptions(
        options.text("coral.suites").map(Options::words).map(Set::copyOf).orElse(Set.of()),
        options.duration("coral.time-limit", DEFAULT_LIMIT),
        options.text("coral.output").map(Path::of).orElseGet(() -> defaultOutput(here)),
        options
            .text("coral.benchmark.temp-dir")
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir", "."))),
        options.flag("coral.strict", false),
        options.flag("coral.gate.strict", false),
        level.filter(SILENT::contains).isPresent(),
        options.flag("coral.verbose", options.flag("coral.debug", loud)),
        options.flag("coral.benchmark.io-intensive", false),
        limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit),
        options.text(Profiler.KEY),
        options.duration(Profiler.TIME_KEY, SecondPass.LENGTH));
  }

  private static Path defaultOutput(Path here) {
    if (Files.exists(here.resolve("pom.xml"))) {
      return here.resolve("target").resolve("coral");
    }
    if (Files.exists(here.resolve("build.gradle"))
        || Files.exists(here.resolve("build.gradle.kts"))) {
      return here.resolve("build").resolve("coral");
    }
    return here.resolve("coral");
  }

  /** Tells whether a suite was asked for; all are when none was named. */
  boolean selects(String suite) {
    return suites.isEmpty() || suites.contains(suite);
  }
}

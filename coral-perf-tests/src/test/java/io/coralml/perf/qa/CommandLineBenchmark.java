package io.coralml.perf.qa;

import io.coralml.cli.Coral;
import io.coralml.format.Safetensors;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.Bits;
import io.coralml.perf.stress.ChildJvm;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Category 9: how long a person waits for a command, each a JVM of its own from its start. It runs
 * {@code coral.jar}, as people do, where this build has made one; from classes alone, as in an IDE,
 * the class path of the tests, which takes longer.
 */
@Tag("qa")
@Tag("qa-09")
@DisplayName("QA 9, command line")
class CommandLineBenchmark {
  private static final int SIDE = 500;
  private static final int HEAP_MB = 256;
  private static final double LIMIT_MILLIS = 600;

  @TempDir Path folder;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("init, add 500², status, log, commit, each a process; the median of the rounds")
  void commands(Metrics metrics, ProfileSettings settings) throws Exception {
    int rounds = settings.measured() ? settings.choose(1, 3, 5, 21) : 1;
    metrics.value("rounds", rounds, "1", Better.NEITHER);
    Optional<Path> jar = shipped();
    metrics.value("runs_jar", jar.isPresent() ? 1 : 0, "1", Better.NEITHER);
    PassLines lines = new PassLines(metrics, settings);
    Map<String, double[]> millis = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      Path repository = Files.createDirectory(folder.resolve("round" + round));
      Tensor tensor = Squares.random(SIDE, settings.seed() + round);
      Path file = repository.resolve("model.safetensors");
      Safetensors.write(file, Map.of("w", tensor), Map.of());
      for (List<String> command : commands(file)) {
        double taken = run(jar, repository, command, lines);
        millis.computeIfAbsent(command.get(0), verb -> new double[rounds])[round] = taken;
      }
      try (Repository made = Repository.open(repository)) {
        Bits.requireExact(made.snapshot("main"), Map.of("w", tensor), metrics);
      }
    }
    millis.forEach(
        (verb, times) -> {
          double[] sorted = DoubleStream.of(times).sorted().toArray();
          double median = sorted[sorted.length / 2];
          metrics.value(verb + "_ms", median, "ms", Better.LOWER);
          lines.timeAtMost("The median of " + verb, median, LIMIT_MILLIS, "ms");
        });
    lines.check();
  }

  private static List<List<String>> commands(Path file) {
    return List.of(
        List.of("init"),
        List.of("add", file.toString()),
        List.of("status"),
        List.of("commit", "-m", "first", "--author", "Ada <ada@example.org>"),
        List.of("log"));
  }

  /** Returns the jar that people run, if the classes come from one that was made with it. */
  private static Optional<Path> shipped() throws URISyntaxException {
    Path classes = Path.of(Coral.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jar = classes.resolveSibling("coral.jar");
    return Files.isRegularFile(classes) && Files.isRegularFile(jar)
        ? Optional.of(jar)
        : Optional.empty();
  }

  private static double run(
      Optional<Path> jar, Path repository, List<String> command, PassLines lines)
      throws IOException, InterruptedException {
    String[] arguments = new String[command.size() + 2];
    arguments[0] = "-C";
    arguments[1] = repository.toString();
    for (int i = 0; i < command.size(); i++) {
      arguments[i + 2] = command.get(i);
    }
    long start = System.nanoTime();
    ChildJvm.Ended ended =
        jar.isPresent()
            ? ChildJvm.runJar(HEAP_MB, jar.get(), Coral.class, arguments)
            : ChildJvm.run(HEAP_MB, Coral.class, arguments);
    double millis = (System.nanoTime() - start) / 1e6;
    lines.require(
        ended.exitCode() == 0,
        command.get(0) + " ended with " + ended.exitCode() + ": " + ended.output());
    return millis;
  }
}

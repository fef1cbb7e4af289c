package io.coralml.proof;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.engine.ForkedRun;
import io.coralml.junit.stats.Bootstrap;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures each body in a fork of JMH and in a fork of this framework, in turn, and compares. They
 * agree when the 99 % interval of the median ratio reaches into 0.95 to 1.05, or that of the median
 * difference into 0.3 ns around 0.
 */
@Profile(BenchmarkProfile.QUICK)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AgreementBenchmark {
  private static final int PAIRS = Integer.getInteger("coral.proof.pairs", 10);
  private static final double RATIO_MARGIN = 0.05;
  private static final double NANOS_MARGIN = 0.3;
  private static final List<String> FLAGS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC");

  private final List<Double> ratios = new ArrayList<>();
  private final List<Double> differences = new ArrayList<>();

  @CoralBenchmark(suite = "proof", mode = Mode.SCENARIO, repetitions = 1)
  @ValueSource(
      strings = {
        "empty",
        "add",
        "divide",
        "log",
        "virtual1",
        "virtual2",
        "virtual3",
        "sum",
        "xor",
        "allocate",
        "lookUp",
        "text"
      })
  void agreesWithJmh(String body, Metrics metrics, @TempDir Path folder) throws Exception {
    List<Double> coral = new ArrayList<>();
    List<Double> jmh = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      // Who goes first changes from pair to pair.
      if (i % 2 == 0) {
        jmh.add(jmh(body));
        coral.add(coral(body, folder.resolve("result" + i + ".json")));
      } else {
        coral.add(coral(body, folder.resolve("result" + i + ".json")));
        jmh.add(jmh(body));
      }
      ratios.add(coral.get(i) / jmh.get(i));
      differences.add(coral.get(i) - jmh.get(i));
    }
    Bootstrap bootstrap = new Bootstrap(10_000, 1);
    Interval ratio = bootstrap.median(Sample.of(ratios), 0.99);
    Interval difference = bootstrap.median(Sample.of(differences), 0.99);
    metrics.value("coral_ns", Sample.of(coral).median(), "ns/op", Better.NEITHER);
    metrics.value("jmh_ns", Sample.of(jmh).median(), "ns/op", Better.NEITHER);
    metrics.value("ratio_to_jmh", ratio.value(), "x", Better.NEITHER);
    metrics.value("ratio_low", ratio.low(), "x", Better.NEITHER);
    metrics.value("ratio_high", ratio.high(), "x", Better.NEITHER);
    if (!meets(ratio, 1, RATIO_MARGIN) && !meets(difference, 0, NANOS_MARGIN)) {
      fail(
          String.format(
              Locale.ROOT,
              "%s: this framework measures %.3f times what JMH does [%.3f %.3f], %.2f ns apart;"
                  + " the margins are 5 %% and 0.3 ns.",
              body,
              ratio.value(),
              ratio.low(),
              ratio.high(),
              difference.value()));
    }
  }

  private static boolean meets(Interval interval, double centre, double margin) {
    return interval.low() <= centre + margin && interval.high() >= centre - margin;
  }

  private static double jmh(String body) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include("^" + JmhBodies.class.getName().replace(".", "\\.") + "\\." + body + "$")
            .mode(org.openjdk.jmh.annotations.Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(1)
            .warmupIterations(5)
            .warmupTime(TimeValue.milliseconds(300))
            .measurementIterations(10)
            .measurementTime(TimeValue.milliseconds(200))
            .jvmArgs(FLAGS.toArray(String[]::new))
            .verbosity(VerboseMode.SILENT)
            .build();
    RunResult result = new Runner(options).runSingle();
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }

  private static double coral(String body, Path file) throws IOException, InterruptedException {
    boolean hasHole = !body.equals("empty");
    String parameters = hasHole ? Blackhole.class.getName() : "";
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(FLAGS);
    command.addAll(List.of(Blackhole.FLAGS.split(" ", -1)));
    command.addAll(
        List.of(
            "-Dcoral.profile=quick",
            "-Dcoral.benchmark-time=3500ms",
            "-Dcoral.fork.result=" + file,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ForkedRun.class.getName(),
            "[engine:junit-jupiter]/[class:"
                + CoralBodies.class.getName()
                + "]/[test-template:"
                + body
                + "("
                + parameters
                + ")]/[test-template-invocation:#1]"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(file.resolveSibling("output.txt").toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail("The fork that measures " + body + " did not end within two minutes.");
    }
    if (!Files.exists(file)) {
      fail(body + " gave no result: " + Files.readString(file.resolveSibling("output.txt")));
    }
    JsonNode result = new ObjectMapper().readTree(file.toFile());
    return result.get("metrics").get("ns_per_op").get("value").asDouble();
  }
}

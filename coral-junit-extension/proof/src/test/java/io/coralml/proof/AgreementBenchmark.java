package io.coralml.proof;

import static org.junit.jupiter.api.Assertions.fail;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.stats.Bootstrap;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
 * difference into 0.3 ns around 0. Contention and memory latency belong to the machine and its
 * neighbours more than to the body, so those two are reported and not judged.
 */
@Profile(BenchmarkProfile.QUICK)
class AgreementBenchmark {
  private static final int PAIRS = Integer.getInteger("coral.proof.pairs", 10);
  private static final double RATIO_MARGIN = 0.05;
  private static final double NANOS_MARGIN = 0.3;
  private static final Set<String> REPORTED_ONLY = Set.of("contended", "chase");

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
        "text",
        "contended",
        "chase"
      })
  void agreesWithJmh(String body, Metrics metrics, @TempDir Path folder) throws Exception {
    Slice pairs = Slice.of("agreement-" + body);
    while (pairs.size() < PAIRS) {
      pairs.orGoOnLater(PAIRS);
      // Who goes first changes from pair to pair.
      if (pairs.size() % 2 == 0) {
        double jmh = jmh(body);
        pairs.add(Forks.nanos(body, folder), jmh);
      } else {
        double coral = Forks.nanos(body, folder);
        pairs.add(coral, jmh(body));
      }
    }
    judge(body, pairs.column(0), pairs.column(1), metrics);
  }

  private static void judge(String body, List<Double> coral, List<Double> jmh, Metrics metrics) {
    List<Double> ratios = new ArrayList<>();
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < coral.size(); i++) {
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
    metrics.value("difference_ns", difference.value(), "ns/op", Better.NEITHER);
    metrics.addCount("pairs", coral.size(), Better.NEITHER);
    if (!REPORTED_ONLY.contains(body)
        && !meets(ratio, 1, RATIO_MARGIN)
        && !meets(difference, 0, NANOS_MARGIN)) {
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
            .warmupIterations(4)
            .warmupTime(TimeValue.milliseconds(200))
            .measurementIterations(6)
            .measurementTime(TimeValue.milliseconds(150))
            .jvmArgs(Forks.FLAGS.toArray(String[]::new))
            .verbosity(VerboseMode.SILENT)
            .build();
    RunResult result = new Runner(options).runSingle();
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }
}

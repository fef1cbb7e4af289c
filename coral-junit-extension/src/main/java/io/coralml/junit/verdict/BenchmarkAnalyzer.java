package io.coralml.junit.verdict;

import io.coralml.junit.Metric;
import io.coralml.junit.stats.Growth;
import io.coralml.junit.verdict.StoredRun.StoredBenchmark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads what runs left, compares them, and says in sentences what stands out and what to do about
 * it. Every sentence is computed from numbers of the run and names them; where there is nothing to
 * say, nothing is said. Stateless and thread-safe.
 */
public final class BenchmarkAnalyzer {
  /** With more than this share of undecided blocks, the machine is the first thing to look at. */
  private static final double NOISY_SHARE = 0.2;

  private static final double GOOD_RATIO = 5;

  /** Creates an analyzer. */
  public BenchmarkAnalyzer() {}

  /**
   * Reads a run.
   *
   * @param file a {@code results.json}, or a folder that holds one
   * @throws io.coralml.junit.BenchmarkException if it cannot be read
   */
  public StoredRun load(Path file) {
    return StoredRun.read(file);
  }

  /**
   * Compares two runs of the same profile and JDK at the default margin.
   *
   * @throws io.coralml.junit.BenchmarkException if they cannot be compared
   */
  public RunComparison compare(StoredRun baseline, StoredRun candidate) {
    return RunComparison.of(baseline, candidate, RunComparison.DEFAULT_MARGIN, false);
  }

  /** Returns what stands out in a run, one sentence each. */
  public List<String> insights(StoredRun run) {
    List<String> insights = new ArrayList<>();
    List<StoredBenchmark> passed =
        run.benchmarks().stream().filter(StoredBenchmark::passed).toList();
    insights.add(
        format(
            "%d of %d benchmarks passed under profile %s.",
            passed.size(), run.benchmarks().size(), run.profile()));
    bySuite(passed)
        .forEach(
            (suite, members) -> {
              slowestAndFastest(suite, members).ifPresent(insights::add);
              compression(suite, members).ifPresent(insights::add);
            });
    largest(passed, "b_per_op")
        .ifPresent(
            b ->
                insights.add(
                    format("%s allocates most: %s B/op.", b.id(), count(value(b, "b_per_op")))));
    growths(passed).forEach((name, growth) -> insights.add(name + ": " + growth.sentence()));
    long judged = passed.stream().filter(b -> !b.label().equals("n/a")).count();
    long steady = count(passed, b -> b.label().equals("steady"));
    if (judged > 0) {
      insights.add(format("%d of %d benchmarks with blocks were steady.", steady, judged));
    }
    return insights;
  }

  /** Returns what to do next, one sentence each; empty when nothing calls for anything. */
  public List<String> recommendations(StoredRun run) {
    List<String> advice = new ArrayList<>();
    for (StoredBenchmark benchmark : run.benchmarks()) {
      if (!benchmark.passed()) {
        advice.add(
            "Repair "
                + benchmark.id()
                + " first: it "
                + benchmark.status()
                + ", so nothing it"
                + " shows can be believed.");
      }
      if (benchmark.value("mismatched_elements").orElse(0.0) > 0) {
        advice.add(
            format(
                "Stop and find out why %s elements of %s came back changed.",
                count(value(benchmark, "mismatched_elements")), benchmark.id()));
      }
    }
    List<StoredBenchmark> passed =
        run.benchmarks().stream().filter(StoredBenchmark::passed).toList();
    long judged = count(passed, b -> !b.label().equals("n/a"));
    long restless =
        count(passed, b -> b.label().equals("unsteady") || b.label().equals("drifting"));
    if (judged > 0 && restless > NOISY_SHARE * judged) {
      advice.add(
          format(
              "Measure on a quieter machine or with a larger profile: %d of %d benchmarks were"
                  + " unsteady or drifting.",
              restless, judged));
    }
    if (!run.environment().getOrDefault("agents", "").isBlank()) {
      advice.add(
          "Measure without "
              + run.environment().get("agents")
              + ": an agent in the JVM changes how fast code runs.");
    }
    for (StoredBenchmark benchmark : passed) {
      benchmark
          .value("compression_ratio")
          .filter(ratio -> ratio < 1)
          .ifPresent(
              ratio ->
                  advice.add(
                      format(
                          "Look at %s: it stores more than it was given (ratio %.2f).",
                          benchmark.id(), ratio)));
    }
    growths(passed)
        .forEach(
            (name, growth) -> {
              if (growth.exponent().low() > 1.25) {
                advice.add(
                    format(
                        "Look for a loop in a loop in %s: its time grows like %s (exponent %.2f).",
                        name, growth.growthClass().formula(), growth.exponent().value()));
              }
            });
    return advice;
  }

  private static Optional<String> slowestAndFastest(String suite, List<StoredBenchmark> members) {
    List<StoredBenchmark> timed =
        members.stream()
            .filter(b -> b.value("ns_per_op").isPresent())
            .sorted(Comparator.comparingDouble(b -> value(b, "ns_per_op")))
            .toList();
    if (timed.size() < 2) {
      return Optional.empty();
    }
    StoredBenchmark fast = timed.get(0);
    StoredBenchmark slow = timed.get(timed.size() - 1);
    return Optional.of(
        format(
            "In suite %s, %s is slowest (%s) and %s fastest (%s).",
            suite,
            slow.id(),
            time(value(slow, "ns_per_op")),
            fast.id(),
            time(value(fast, "ns_per_op"))));
  }

  private static Optional<String> compression(String suite, List<StoredBenchmark> members) {
    List<StoredBenchmark> ratios =
        members.stream().filter(b -> b.value("compression_ratio").isPresent()).toList();
    Optional<StoredBenchmark> best = largest(ratios, "compression_ratio");
    if (best.isEmpty()) {
      return Optional.empty();
    }
    double top = value(best.get(), "compression_ratio");
    long good = count(ratios, b -> value(b, "compression_ratio") >= GOOD_RATIO);
    return Optional.of(
        format(
            "In suite %s, %s compresses best (%.2fx); %d of %d reach %.0fx.",
            suite, best.get().id(), top, good, ratios.size(), GOOD_RATIO));
  }

  /** Fits the time of a benchmark against its only numeric parameter, where that can be done. */
  private static Map<String, Growth> growths(List<StoredBenchmark> passed) {
    Map<String, List<double[]>> points = new LinkedHashMap<>();
    for (StoredBenchmark benchmark : passed) {
      Metric time = benchmark.metrics().get("ns_per_op");
      if (benchmark.parameters().size() == 1 && time != null && time.value() > 0) {
        String text = benchmark.parameters().get(benchmark.parameters().firstKey());
        if (text.matches("\\d{1,15}") && Long.parseLong(text) >= 2) {
          points
              .computeIfAbsent(benchmark.name(), key -> new ArrayList<>())
              .add(new double[] {Double.parseDouble(text), time.value()});
        }
      }
    }
    Map<String, Growth> growths = new LinkedHashMap<>();
    points.forEach(
        (name, values) -> {
          double[] n = values.stream().mapToDouble(v -> v[0]).toArray();
          double[] cost = values.stream().mapToDouble(v -> v[1]).toArray();
          double smallest = values.stream().mapToDouble(v -> v[0]).min().orElse(1);
          double largest = values.stream().mapToDouble(v -> v[0]).max().orElse(1);
          long sizes = values.stream().mapToDouble(v -> v[0]).distinct().count();
          if (sizes >= Growth.FEWEST_SIZES && largest / smallest >= Growth.LEAST_RANGE) {
            growths.put(name, Growth.fit(n, cost));
          }
        });
    return growths;
  }

  private static Map<String, List<StoredBenchmark>> bySuite(List<StoredBenchmark> benchmarks) {
    Map<String, List<StoredBenchmark>> suites = new LinkedHashMap<>();
    benchmarks.forEach(b -> suites.computeIfAbsent(b.suite(), key -> new ArrayList<>()).add(b));
    return suites;
  }

  private static Optional<StoredBenchmark> largest(List<StoredBenchmark> benchmarks, String key) {
    return benchmarks.stream()
        .filter(b -> b.value(key).filter(v -> v > 0).isPresent())
        .max(Comparator.comparingDouble(b -> value(b, key)));
  }

  private static double value(StoredBenchmark benchmark, String key) {
    return benchmark.value(key).orElse(0.0);
  }

  private static long count(List<StoredBenchmark> list, Predicate<StoredBenchmark> condition) {
    return list.stream().filter(condition).count();
  }

  private static String time(double nanos) {
    if (nanos < 1e3) {
      return format("%.1f ns", nanos);
    }
    return nanos < 1e6 ? format("%.1f µs", nanos / 1e3) : format("%.1f ms", nanos / 1e6);
  }

  private static String count(double value) {
    return format("%,.0f", value);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}

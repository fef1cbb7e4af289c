package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stability;
import io.coralml.junit.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The table of a run, at most {@value #WIDTH} columns wide. */
final class ConsoleTable {
  /** The widest line, in characters. */
  static final int WIDTH = 100;

  /** What is worth a line only when it happened; the files have them all. */
  private static final Set<String> QUIET_AT_ZERO = Set.of("gc_count", "gc_pause_ns", "outliers");

  private static final int KEY = 24;
  private static final int VALUE = 46;

  private ConsoleTable() {}

  /** Returns the lines of the table: a heading, suite by suite the benchmarks, a summary. */
  static List<String> lines(RunReport report) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Benchmarks, profile " + report.profile() + ", seed " + report.seed());
    lines.addAll(wrap(machine(report), "  "));
    suites(report)
        .forEach(
            (suite, results) -> {
              lines.add("");
              lines.add(rule(suite));
              results.forEach(result -> lines.addAll(benchmark(result)));
            });
    lines.add("");
    lines.add(rule("summary"));
    for (String problem : report.problems()) {
      lines.addAll(wrap("! " + problem, "  "));
    }
    lines.addAll(wrap(summary(report), "  "));
    lines.addAll(wrap("Results: " + report.outputFolder().resolve(JsonReporter.FILE), "  "));
    lines.add(
        "  Values are [low median high], a 95 % interval. Numbers are data, not yet knowledge:");
    lines.add("  read the warnings, ask why, and measure again before you conclude.");
    return lines;
  }

  private static Map<String, List<BenchmarkResult>> suites(RunReport report) {
    Map<String, List<BenchmarkResult>> suites = new LinkedHashMap<>();
    for (BenchmarkResult result : report.results()) {
      suites.computeIfAbsent(result.suite(), key -> new ArrayList<>()).add(result);
    }
    return suites;
  }

  private static String machine(RunReport report) {
    List<String> parts = new ArrayList<>();
    for (String key :
        List.of("jvm", "jvm_flags", "gc", "cpu_model", "cpu_cores", "os", "git_commit")) {
      String value = report.environment().getOrDefault(key, "");
      if (!value.isEmpty()) {
        parts.add(key.equals("cpu_cores") ? value + " cores" : value);
      }
    }
    return parts.isEmpty() ? "(environment unknown)" : String.join(" · ", parts);
  }

  private static List<String> benchmark(BenchmarkResult result) {
    List<String> lines = new ArrayList<>();
    lines.addAll(wrap(title(result), "  "));
    for (Metric metric : MetricOrder.of(result)) {
      boolean nothingHappened = metric.value() == 0 && QUIET_AT_ZERO.contains(metric.key());
      if (!nothingHappened) {
        lines.addAll(metric(metric));
      }
    }
    String verdict = result.settings().get("verdict");
    if (verdict != null) {
      lines.addAll(wrap("verdict " + verdict, "    "));
    }
    Throwable failure = result.failure();
    if (failure != null) {
      String first = failure.toString().lines().findFirst().orElse("");
      lines.addAll(
          wrap(result.status().key().toUpperCase(java.util.Locale.ROOT) + ": " + first, "    "));
    }
    for (String warning : result.warnings()) {
      lines.addAll(wrap("! " + warning, "    "));
    }
    return lines;
  }

  private static String title(BenchmarkResult result) {
    StringBuilder title = new StringBuilder(result.name());
    if (!result.parameters().isEmpty()) {
      List<String> parameters = new ArrayList<>();
      result.parameters().forEach((name, value) -> parameters.add(name + "=" + value));
      title.append(" [").append(String.join(", ", parameters)).append(']');
    }
    if (result.label() != Stability.NOT_APPLICABLE) {
      title.append(" · ").append(result.label().key());
    }
    return title.toString();
  }

  private static List<String> metric(Metric metric) {
    String key = "    " + pad(metric.key(), KEY) + " ";
    String value = MetricText.value(metric);
    String meaning = MetricText.interpretation(metric);
    String line = (key + pad(value, VALUE) + " " + meaning).stripTrailing();
    if (line.length() <= WIDTH) {
      return List.of(line);
    }
    return List.of(cut((key + value).stripTrailing()), cut("    " + " ".repeat(KEY + 1) + meaning));
  }

  private static String summary(RunReport report) {
    long failed = report.count(Status.FAILED);
    long aborted = report.count(Status.ABORTED);
    long warned = report.results().stream().filter(r -> !r.warnings().isEmpty()).count();
    double seconds = java.time.Duration.between(report.start(), report.stop()).toMillis() / 1e3;
    return report.results().size()
        + " benchmarks: "
        + report.count(Status.PASSED)
        + " passed, "
        + failed
        + " failed, "
        + aborted
        + " aborted, "
        + warned
        + " with warnings; "
        + Scale.of(seconds, "s").text(Math.round(seconds * 10) / 10.0)
        + ", budget "
        + report.budget().toSeconds()
        + " s"
        + Comparisons.of(report).map(counted -> "; " + counted).orElse("");
  }

  private static String rule(String title) {
    String start = "-- " + title + " ";
    return cut(start + "-".repeat(Math.max(2, WIDTH - start.length())));
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }

  private static String cut(String line) {
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
  }

  /** Breaks a text at spaces; a word longer than a line is broken anywhere, never dropped. */
  private static List<String> wrap(String text, String indent) {
    List<String> lines = new ArrayList<>();
    String rest = indent + text.strip();
    while (rest.length() > WIDTH) {
      int space = rest.lastIndexOf(' ', WIDTH);
      int at = space <= indent.length() + 2 ? WIDTH : space;
      lines.add(rest.substring(0, at).stripTrailing());
      rest = indent + "  " + rest.substring(at).strip();
    }
    lines.add(rest);
    return lines;
  }
}

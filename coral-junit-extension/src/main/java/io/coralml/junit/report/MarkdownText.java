package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.coralml.junit.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The summary of a run for a page that shows Markdown, such as the page of a CI job. */
final class MarkdownText {
  /** More than this makes a table nobody reads; the files beside it hold the rest. */
  private static final int METRICS_SHOWN = 6;

  private MarkdownText() {}

  static String text(RunReport report) {
    StringBuilder page = new StringBuilder();
    page.append("## Benchmarks, profile ").append(escape(report.profile())).append("\n\n");
    page.append(report.count(Status.PASSED)).append(" passed, ");
    page.append(report.count(Status.FAILED)).append(" failed, ");
    page.append(report.count(Status.ABORTED)).append(" aborted; seed `");
    page.append(report.seed()).append("`\n\n");
    Comparisons.of(report).ifPresent(counted -> page.append(counted).append("\n\n"));
    report.problems().forEach(p -> page.append("> ").append(escape(p)).append("\n\n"));
    Map<String, List<BenchmarkResult>> suites = new LinkedHashMap<>();
    for (BenchmarkResult result : report.results()) {
      suites.computeIfAbsent(result.suite(), key -> new ArrayList<>()).add(result);
    }
    suites.forEach(
        (suite, results) -> {
          page.append("### ").append(escape(suite)).append("\n\n");
          page.append("| benchmark | metric | value | meaning |\n|---|---|---|---|\n");
          results.forEach(result -> rows(page, result));
          page.append('\n');
        });
    page.append("<details><summary>Environment</summary>\n\n| | |\n|---|---|\n");
    report
        .environment()
        .forEach(
            (k, v) ->
                page.append("| ").append(escape(k)).append(" | ").append(escape(v)).append(" |\n"));
    return page.append("\n</details>\n").toString();
  }

  private static void rows(StringBuilder page, BenchmarkResult result) {
    String name = escape(result.name());
    if (!result.parameters().isEmpty()) {
      List<String> parameters = new ArrayList<>();
      result.parameters().forEach((k, v) -> parameters.add(k + "=" + v));
      name += " [" + escape(String.join(", ", parameters)) + "]";
    }
    Throwable failure = result.failure();
    if (failure != null) {
      String first = failure.toString().lines().findFirst().orElse("");
      row(page, name, result.status().key(), escape(first), "");
      name = "";
    }
    List<Metric> metrics = MetricOrder.of(result);
    for (Metric metric : metrics.subList(0, Math.min(METRICS_SHOWN, metrics.size()))) {
      row(
          page,
          name,
          metric.key(),
          escape(MetricText.value(metric)),
          MetricText.interpretation(metric));
      name = "";
    }
    for (String warning : result.warnings()) {
      row(page, name, "warning", escape(warning), "");
      name = "";
    }
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** Keeps markup and table bars of a name from meaning anything. */
  private static String escape(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\r') {
                safe.append(' ');
              } else {
                if ("\\`*_{}[]<>#|".indexOf(c) >= 0) {
                  safe.append('\\');
                }
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }
}

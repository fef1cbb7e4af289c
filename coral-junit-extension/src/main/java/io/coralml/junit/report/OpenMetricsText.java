package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The results in the OpenMetrics 1.0 text form: one gauge per metric key, named {@code coral_} and
 * the key, with the labels {@code suite}, {@code benchmark} (the id), {@code profile} and {@code
 * bound}: {@code value}, and {@code low} and {@code high} where there is an interval.
 */
final class OpenMetricsText {
  private OpenMetricsText() {}

  static String text(RunReport report) {
    SortedMap<String, StringBuilder> families = new TreeMap<>();
    for (BenchmarkResult result : report.results()) {
      for (Metric metric : result.metrics().values()) {
        StringBuilder family =
            families.computeIfAbsent(metric.key(), key -> head(key, metric.unit()));
        sample(family, report, result, metric, Map.entry("value", metric.value()));
        if (metric.hasInterval()) {
          sample(family, report, result, metric, Map.entry("low", metric.low()));
          sample(family, report, result, metric, Map.entry("high", metric.high()));
        }
      }
    }
    StringBuilder text = new StringBuilder();
    families.values().forEach(text::append);
    return text.append("# EOF\n").toString();
  }

  private static StringBuilder head(String key, String unit) {
    StringBuilder head = new StringBuilder();
    head.append("# TYPE coral_").append(key).append(" gauge\n# HELP coral_").append(key);
    head.append(" Benchmark metric ").append(key);
    if (!unit.isEmpty()) {
      head.append(", in ").append(escape(unit));
    }
    return head.append(".\n");
  }

  private static void sample(
      StringBuilder text,
      RunReport report,
      BenchmarkResult result,
      Metric metric,
      Map.Entry<String, Double> bound) {
    text.append("coral_").append(metric.key());
    text.append("{suite=\"").append(escape(result.suite()));
    text.append("\",benchmark=\"").append(escape(result.id()));
    text.append("\",profile=\"").append(escape(report.profile()));
    text.append("\",bound=\"").append(bound.getKey()).append("\"} ");
    text.append(number(bound.getValue())).append('\n');
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value) ? value > 0 ? "+Inf" : "-Inf" : String.valueOf(value);
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}

package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import java.util.ArrayList;
import java.util.List;

/**
 * The results as CSV (RFC 4180, UTF-8, lines end in CR LF): one line per benchmark and metric, with
 * the columns {@code
 * suite,benchmark,parameters,mode,status,label,metric,value,low,high,unit,better}. Parameters are
 * {@code name=value} separated by a semicolon; an empty cell is a number that is not there.
 */
final class CsvText {
  private static final String HEAD =
      "suite,benchmark,parameters,mode,status,label,metric,value,low,high,unit,better";

  private CsvText() {}

  static String text(RunReport report) {
    StringBuilder csv = new StringBuilder(HEAD).append("\r\n");
    for (BenchmarkResult result : report.results()) {
      List<String> parameters = new ArrayList<>();
      result.parameters().forEach((name, value) -> parameters.add(name + "=" + value));
      for (Metric metric : MetricOrder.of(result)) {
        List<String> cells =
            List.of(
                cell(result.suite()),
                cell(result.name()),
                cell(String.join(";", parameters)),
                result.mode().name(),
                result.status().key(),
                result.label().key(),
                metric.key(),
                number(metric.value()),
                number(metric.low()),
                number(metric.high()),
                cell(metric.unit()),
                metric.better().key());
        csv.append(String.join(",", cells)).append("\r\n");
      }
    }
    return csv.toString();
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.valueOf(value) : "";
  }

  private static String cell(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}

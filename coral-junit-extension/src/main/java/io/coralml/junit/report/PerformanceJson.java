package io.coralml.junit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/**
 * The results as {@code performance.json}, the array that Allure 3.18 shows as trends and can hold
 * to a gate: {@code id} and {@code key} are stable from run to run, and the key names benchmark,
 * arguments and metric, because Allure averages the values of a key; {@code value} is the median,
 * {@code start} and {@code stop} are milliseconds since 1970, {@code better} is {@code higher} or
 * {@code lower} and absent for a metric that is neither.
 */
final class PerformanceJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PerformanceJson() {}

  /** The benchmark's name with its arguments: {@code CodecBenchmark.encode[size=1024]}. */
  private static String key(BenchmarkResult result) {
    return result.parameters().isEmpty()
        ? result.name()
        : result.name()
            + result.parameters().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(",", "[", "]"));
  }

  static String text(RunReport report) {
    ArrayNode root = JSON.createArrayNode();
    for (BenchmarkResult result : report.results()) {
      for (Metric metric : MetricOrder.of(result)) {
        if (Double.isFinite(metric.value())) {
          ObjectNode node = root.addObject();
          node.put("id", result.id() + "/" + metric.key());
          node.put("key", key(result) + "/" + metric.key());
          node.put("value", metric.value());
          node.put("start", result.start().toEpochMilli());
          node.put("stop", result.stop().toEpochMilli());
          node.put("title", result.name() + " " + result.parameters() + " " + metric.key());
          node.put("unit", metric.unit());
          node.put("group", result.suite());
          if (metric.better() != Better.NEITHER) {
            node.put("better", metric.better().key());
          }
        }
      }
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.coralml.junit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The results in the JSON form that JMH 1.37 writes with {@code -rf json}, so that viewers and
 * services which read that form read this one.
 *
 * <p>A benchmark appears when it has a time: {@code ns_per_op} (mode {@code avgt}; {@code ss} for a
 * scenario and a cold start) or {@code p50_ns} (mode {@code sample}). {@code scoreError} is half
 * the width of the 95 % interval, which JMH has at 99.9 %; {@code scoreConfidence} holds its ends.
 * Other metrics are {@code secondaryMetrics}; bytes per operation have the name JMH's own profiler
 * gives them.
 */
final class JmhJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALLOCATION = "gc.alloc.rate.norm";
  private static final List<Double> PERCENTILES =
      List.of(0.0, 50.0, 90.0, 95.0, 99.0, 99.9, 99.99, 99.999, 99.9999, 100.0);

  private JmhJson() {}

  static String text(RunReport report) {
    ArrayNode root = JSON.createArrayNode();
    for (BenchmarkResult result : report.results()) {
      primary(result).ifPresent(metric -> benchmark(root.addObject(), report, result, metric));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Metric> primary(BenchmarkResult result) {
    String key = result.mode() == Mode.LATENCY ? "p50_ns" : "ns_per_op";
    return Optional.ofNullable(result.metrics().get(key)).filter(m -> Double.isFinite(m.value()));
  }

  private static void benchmark(
      ObjectNode node, RunReport report, BenchmarkResult result, Metric primary) {
    node.put("jmhVersion", "1.37");
    node.put("benchmark", result.className() + "." + result.methodName());
    node.put(
        "mode",
        switch (result.mode()) {
          case THROUGHPUT -> "avgt";
          case LATENCY -> "sample";
          case COLD, SCENARIO -> "ss";
        });
    node.put("threads", number(result, "threads", 1));
    node.put("forks", number(result, "forks", 0));
    node.put("jvm", report.environment().getOrDefault("java_home", ""));
    ArrayNode arguments = node.putArray("jvmArgs");
    String flags = report.environment().getOrDefault("jvm_flags", "");
    for (String flag : flags.isBlank() ? new String[0] : flags.split(" ")) {
      arguments.add(flag);
    }
    node.put("jdkVersion", report.environment().getOrDefault("java_version", ""));
    node.put("vmName", report.environment().getOrDefault("jvm", ""));
    node.put("vmVersion", report.environment().getOrDefault("java_version", ""));
    node.put("warmupIterations", number(result, "warm_up_blocks", 0));
    node.put("warmupTime", "10 ms");
    node.put("warmupBatchSize", 1);
    node.put("measurementIterations", Math.max(1, result.samples().size()));
    node.put("measurementTime", "10 ms");
    node.put("measurementBatchSize", 1);
    if (!result.parameters().isEmpty()) {
      result.parameters().forEach(node.withObject("/params")::put);
    }
    score(node.putObject("primaryMetric"), result, primary);
    ObjectNode secondary = node.putObject("secondaryMetrics");
    for (Metric metric : result.metrics().values()) {
      if (!metric.key().equals(primary.key()) && Double.isFinite(metric.value())) {
        String name = metric.key().equals("b_per_op") ? ALLOCATION : metric.key();
        single(secondary.putObject(name), metric);
      }
    }
  }

  private static void score(ObjectNode node, BenchmarkResult result, Metric metric) {
    bounds(node, metric);
    double[] sorted =
        result.samples().stream()
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    ObjectNode percentiles = node.putObject("scorePercentiles");
    for (double share : PERCENTILES) {
      double value = sorted.length == 0 ? metric.value() : BlockPlot.quantile(sorted, share / 100);
      percentiles.put(String.valueOf(share), value);
    }
    node.put("scoreUnit", metric.unit().equals("ns") ? "ns/op" : metric.unit());
    if (result.histogram().isEmpty()) {
      ArrayNode raw = node.putArray("rawData").addArray();
      result.samples().stream().filter(Double::isFinite).forEach(raw::add);
    } else {
      ArrayNode raw = node.putArray("rawDataHistogram").addArray().addArray();
      for (HistogramBucket bucket : result.histogram()) {
        double middle = (bucket.fromNanos() + bucket.toNanos()) / 2.0;
        raw.addArray().add(middle).add(bucket.count());
      }
    }
  }

  private static void single(ObjectNode node, Metric metric) {
    bounds(node, metric);
    node.putObject("scorePercentiles").put("50.0", metric.value());
    node.put("scoreUnit", metric.unit().isEmpty() ? "#" : metric.unit());
    node.putArray("rawData").addArray().add(metric.value());
  }

  /** JMH writes the text NaN where there is no interval, and its readers expect it. */
  private static void bounds(ObjectNode node, Metric metric) {
    node.put("score", metric.value());
    ArrayNode confidence = JSON.createArrayNode();
    if (metric.hasInterval() && Double.isFinite(metric.high() - metric.low())) {
      node.put("scoreError", (metric.high() - metric.low()) / 2);
      confidence.add(metric.low()).add(metric.high());
    } else {
      node.put("scoreError", "NaN");
      confidence.add("NaN").add("NaN");
    }
    node.set("scoreConfidence", confidence);
  }

  private static int number(BenchmarkResult result, String setting, int otherwise) {
    String text = result.settings().getOrDefault(setting, "");
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : otherwise;
  }
}

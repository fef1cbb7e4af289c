package io.coralml.perf.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.report.ResultJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a {@code results.json} holds, as far as the documents need it.
 *
 * @param profile the profile
 * @param seed the seed, as text: it has 64 bits
 * @param start when the run began, ISO 8601
 * @param stop when it ended
 * @param budgetSeconds what the profile allows
 * @param environment what the run stood on
 * @param problems what concerns the whole run
 * @param rows what was measured, in the order of the run
 */
record Measured(
    String profile,
    String seed,
    String start,
    String stop,
    double budgetSeconds,
    SortedMap<String, String> environment,
    List<String> problems,
    List<Row> rows) {

  /**
   * One benchmark with one set of arguments.
   *
   * @param failure why it did not pass; empty when it did
   */
  record Row(
      String suite,
      String name,
      SortedMap<String, String> parameters,
      Set<String> tags,
      String status,
      String failure,
      SortedMap<String, Value> metrics) {
    private static final int LINES_OF_REASON = 6;

    boolean passed() {
      return status.equals("passed");
    }

    boolean failed() {
      return status.equals("failed");
    }

    boolean skipped() {
      return status.equals("aborted");
    }

    Optional<Double> value(String key) {
      return Optional.ofNullable(metrics.get(key)).map(Value::value);
    }

    double valueOr(String key, double other) {
      return value(key).orElse(other);
    }

    /** Returns the name with the arguments behind it. */
    String title() {
      return parameters.isEmpty() ? name : name + " " + arguments();
    }

    String arguments() {
      return String.join(
          ", ", parameters.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
    }

    /** Returns the reason without the exception's class name, its first lines in one. */
    String reason() {
      return failure
          .replaceFirst("^[\\w.$]+(Error|Exception): ", "")
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .limit(LINES_OF_REASON)
          .collect(Collectors.joining(" "));
    }
  }

  /** A metric. */
  record Value(double value, double low, double high, String unit, String better) {}

  /**
   * Reads a result file.
   *
   * @throws BenchmarkException if it is none
   */
  static Measured read(byte[] json) {
    try {
      JsonNode root = new ObjectMapper().readTree(json);
      if (root.path("schema").asInt() != ResultJson.SCHEMA || !root.path("benchmarks").isArray()) {
        throw new BenchmarkException(
            "This is no result file of schema " + ResultJson.SCHEMA + "; measure again.");
      }
      List<Row> rows = new ArrayList<>();
      root.path("benchmarks").forEach(node -> rows.add(row(node)));
      List<String> problems = new ArrayList<>();
      root.path("problems").forEach(problem -> problems.add(problem.asText()));
      return new Measured(
          root.path("profile").asText(),
          root.path("seed").asText(),
          root.path("start").asText(),
          root.path("stop").asText(),
          root.path("budget_s").asDouble(),
          texts(root.path("environment")),
          problems,
          rows);
    } catch (IOException e) {
      throw new BenchmarkException("The result file cannot be read as JSON; measure again.", e);
    }
  }

  private static Row row(JsonNode node) {
    SortedMap<String, Value> metrics = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.path("metrics").properties()) {
      JsonNode metric = entry.getValue();
      if (metric.path("value").isNumber()) {
        metrics.put(
            entry.getKey(),
            new Value(
                metric.path("value").asDouble(),
                metric.path("low").asDouble(Double.NaN),
                metric.path("high").asDouble(Double.NaN),
                metric.path("unit").asText(),
                metric.path("better").asText()));
      }
    }
    Set<String> tags = new HashSet<>();
    node.path("tags").forEach(tag -> tags.add(tag.asText()));
    return new Row(
        node.path("suite").asText(),
        node.path("name").asText(),
        texts(node.path("parameters")),
        tags,
        node.path("status").asText(),
        node.path("failure").asText(""),
        metrics);
  }

  private static SortedMap<String, String> texts(JsonNode node) {
    SortedMap<String, String> texts = new TreeMap<>();
    node.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  List<Row> tagged(String tag) {
    return rows.stream().filter(row -> row.tags().contains(tag)).toList();
  }

  List<Row> suite(String suite) {
    return rows.stream().filter(row -> row.suite().equals(suite)).toList();
  }

  String environment(String key) {
    return environment.getOrDefault(key, "unknown");
  }
}

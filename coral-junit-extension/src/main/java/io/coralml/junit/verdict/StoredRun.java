package io.coralml.junit.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.report.ResultJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run as {@code results.json} keeps it; {@link ResultJson} specifies the file. Immutable.
 *
 * @param profile the profile it was measured under
 * @param seed the seed of everything random
 * @param environment what it stood on
 * @param benchmarks what was measured, in the order of the run
 */
public record StoredRun(
    String profile, long seed, Map<String, String> environment, List<StoredBenchmark> benchmarks) {

  /** Copies the collections. */
  public StoredRun {
    environment = Map.copyOf(environment);
    benchmarks = List.copyOf(benchmarks);
  }

  /**
   * One benchmark with one set of arguments.
   *
   * @param id names benchmark and arguments
   * @param suite the suite it belongs to
   * @param name its name without arguments
   * @param mode what was measured
   * @param status {@code passed}, {@code failed} or {@code aborted}
   * @param label how far its blocks agree
   * @param parameters the arguments
   * @param metrics the values by key
   * @param warnings what to know before believing the values
   */
  public record StoredBenchmark(
      String id,
      String suite,
      String name,
      String mode,
      String status,
      String label,
      SortedMap<String, String> parameters,
      SortedMap<String, Metric> metrics,
      List<String> warnings) {

    /** Tells whether it passed. */
    public boolean passed() {
      return status.equals("passed");
    }

    /** Returns a metric's value where it is there and finite. */
    public Optional<Double> value(String key) {
      return Optional.ofNullable(metrics.get(key)).map(Metric::value).filter(Double::isFinite);
    }
  }

  /** Returns the JDK's feature version, such as {@code 17}; empty when it is not known. */
  public String jdk() {
    return environment.getOrDefault("java_version", "").replaceFirst("[^0-9].*", "");
  }

  /** Returns the benchmark of an id. */
  public Optional<StoredBenchmark> benchmark(String id) {
    return benchmarks.stream().filter(benchmark -> benchmark.id().equals(id)).findFirst();
  }

  /**
   * Reads a file.
   *
   * @param file a {@code results.json}, or a folder that holds one
   * @throws BenchmarkException if there is none, it is cut short, no result file, or of another
   *     schema version
   */
  public static StoredRun read(Path file) {
    Path path = Files.isDirectory(file) ? file.resolve("results.json") : file;
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      throw new BenchmarkException("There is no result file " + path + "; measure first.", e);
    } catch (IOException e) {
      throw new BenchmarkException(
          path + " cannot be read as JSON, it may be cut short: " + firstLine(e.getMessage()), e);
    }
    if (root == null || !root.path("schema").isInt() || !root.path("benchmarks").isArray()) {
      throw new BenchmarkException(path + " is no result file: it has no schema and benchmarks.");
    }
    if (root.path("schema").asInt() != ResultJson.SCHEMA) {
      throw new BenchmarkException(
          path
              + " is of schema "
              + root.path("schema").asInt()
              + ", this version reads schema "
              + ResultJson.SCHEMA
              + "; use the version that wrote it, or measure again.");
    }
    List<StoredBenchmark> benchmarks = new ArrayList<>();
    for (JsonNode node : root.path("benchmarks")) {
      benchmarks.add(benchmark(node, path));
    }
    return new StoredRun(
        root.path("profile").asText(),
        root.path("seed").asLong(),
        texts(root.path("environment")),
        benchmarks);
  }

  private static StoredBenchmark benchmark(JsonNode node, Path path) {
    SortedMap<String, Metric> metrics = new TreeMap<>();
    try {
      for (Map.Entry<String, JsonNode> entry : node.path("metrics").properties()) {
        JsonNode metric = entry.getValue();
        metrics.put(
            entry.getKey(),
            new Metric(
                entry.getKey(),
                number(metric.path("value")),
                number(metric.path("low")),
                number(metric.path("high")),
                metric.path("unit").asText(),
                Better.valueOf(metric.path("better").asText().toUpperCase(Locale.ROOT))));
      }
    } catch (IllegalArgumentException | BenchmarkException e) {
      throw new BenchmarkException(
          path
              + " holds a metric that is none, in "
              + node.path("id").asText()
              + ": "
              + e.getMessage(),
          e);
    }
    List<String> warnings = new ArrayList<>();
    node.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    return new StoredBenchmark(
        node.path("id").asText(),
        node.path("suite").asText(),
        node.path("name").asText(),
        node.path("mode").asText(),
        node.path("status").asText(),
        node.path("label").asText(),
        texts(node.path("parameters")),
        metrics,
        warnings);
  }

  private static double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.NaN;
  }

  private static SortedMap<String, String> texts(JsonNode node) {
    SortedMap<String, String> texts = new TreeMap<>();
    node.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}

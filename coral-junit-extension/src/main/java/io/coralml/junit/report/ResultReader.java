package io.coralml.junit.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stability;
import io.coralml.junit.Stage;
import io.coralml.junit.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole {@code results.json} back, so that its reports can be made again; {@link
 * ResultJson} specifies the file. Attachments are not in it. Stateless.
 */
public final class ResultReader {
  private ResultReader() {}

  /**
   * Reads a run.
   *
   * @param file a {@code results.json}
   * @throws BenchmarkException if it is cut short, of another schema, or holds what cannot be
   */
  public static RunReport read(Path file) {
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (root.path("schema").asInt() != ResultJson.SCHEMA) {
        throw new BenchmarkException(
            file + " is no result file of schema " + ResultJson.SCHEMA + ".");
      }
      List<BenchmarkResult> results = new ArrayList<>();
      root.path("benchmarks").forEach(node -> results.add(benchmark(node)));
      return new RunReport(
          root.path("profile").asText(),
          root.path("seed").asLong(),
          Duration.ofMillis(Math.round(root.path("budget_s").asDouble() * 1e3)),
          texts(root.path("environment")),
          results,
          list(root.path("problems")),
          file.toAbsolutePath().getParent(),
          Instant.parse(root.path("start").asText()),
          Instant.parse(root.path("stop").asText()));
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      throw new BenchmarkException(
          file + " cannot be read as a result file, it may be cut short: " + e.getMessage(), e);
    }
  }

  private static BenchmarkResult benchmark(JsonNode node) {
    SortedMap<String, Metric> metrics = new TreeMap<>();
    node.path("metrics")
        .properties()
        .forEach(entry -> metrics.put(entry.getKey(), metric(entry.getKey(), entry.getValue())));
    List<Double> samples = new ArrayList<>();
    node.path("samples").forEach(sample -> samples.add(sample.asDouble()));
    List<HistogramBucket> histogram = new ArrayList<>();
    node.path("histogram")
        .forEach(
            bucket ->
                histogram.add(
                    new HistogramBucket(
                        bucket.path(0).asLong(),
                        bucket.path(1).asLong(),
                        bucket.path(2).asLong())));
    List<Stage> stages = new ArrayList<>();
    node.path("stages")
        .forEach(
            stage ->
                stages.add(
                    new Stage(
                        stage.path("name").asText(),
                        Instant.parse(stage.path("start").asText()),
                        Duration.ofNanos(Math.round(stage.path("duration_ms").asDouble() * 1e6)),
                        stage.path("note").asText())));
    return new BenchmarkResult(
        node.path("id").asText(),
        node.path("suite").asText(),
        node.path("name").asText(),
        node.path("display_name").asText(),
        node.path("class").asText(),
        node.path("method").asText(),
        Mode.valueOf(node.path("mode").asText()),
        texts(node.path("parameters")),
        new TreeSet<>(list(node.path("tags"))),
        texts(node.path("settings")),
        Status.valueOf(node.path("status").asText().toUpperCase(Locale.ROOT)),
        failure(node.path("failure")),
        label(node.path("label").asText()),
        metrics,
        samples,
        histogram,
        list(node.path("warnings")),
        stages,
        List.of(),
        Instant.parse(node.path("start").asText()),
        Instant.parse(node.path("stop").asText()));
  }

  private static Metric metric(String key, JsonNode node) {
    return new Metric(
        key,
        number(node.path("value")),
        number(node.path("low")),
        number(node.path("high")),
        node.path("unit").asText(),
        Better.valueOf(node.path("better").asText().toUpperCase(Locale.ROOT)));
  }

  private static Stability label(String key) {
    for (Stability stability : Stability.values()) {
      if (stability.key().equals(key)) {
        return stability;
      }
    }
    throw new IllegalArgumentException("there is no label " + key);
  }

  private static @Nullable Throwable failure(JsonNode node) {
    return node.isTextual() ? new Recorded(node.asText()) : null;
  }

  private static double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.NaN;
  }

  private static List<String> list(JsonNode node) {
    List<String> list = new ArrayList<>();
    node.forEach(text -> list.add(text.asText()));
    return list;
  }

  private static SortedMap<String, String> texts(JsonNode node) {
    SortedMap<String, String> texts = new TreeMap<>();
    node.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  /** Why a benchmark did not pass, as its file tells it. */
  private static final class Recorded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Recorded(String text) {
      super(text, null, false, false);
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // the text names the class that it was
    public String toString() {
      return String.valueOf(getMessage());
    }
  }
}

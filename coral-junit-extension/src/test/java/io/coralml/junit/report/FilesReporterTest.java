package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The forms other tools read")
class FilesReporterTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private RunReport report() {
    return Results.run(
        folder,
        Results.throughput(),
        Results.result()
            .name("StoreBenchmark.load")
            .mode(Mode.LATENCY)
            .parameter("path", "a,b \"c\"")
            .metric(new Metric("p50_ns", 150, 149, 152, "ns", Better.LOWER))
            .bucket(100, 199, 7)
            .bucket(200, 399, 1)
            .warning("It | drifts *badly*.")
            .build(),
        Results.result()
            .name("StoreBenchmark.size")
            .mode(Mode.SCENARIO)
            .metric(Metric.exact("stored_bytes", 80, "B", Better.LOWER))
            .metric(Metric.exact("raw_bytes", 1000, "B", Better.NEITHER))
            .failed(new IllegalStateException("no space"))
            .build());
  }

  private void write(Map<String, String> variables) {
    new FilesReporter(variables).runFinished(report());
  }

  private String read(String file) throws IOException {
    write(Map.of());
    return Files.readString(folder.resolve(file));
  }

  @Test
  @DisplayName("stand in the output folder, and only after a measured run")
  void files() throws IOException {
    new FilesReporter(Map.of())
        .runFinished(Results.run("functional", folder, Results.throughput()));
    assertThat(folder).isEmptyDirectory();
    write(Map.of());
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "jmh-result.json", "results.csv", "summary.md", "metrics.txt", "performance.json");
    }
  }

  @Test
  @DisplayName("the page of a CI job gets the summary after what already stands there")
  void jobPage() throws IOException {
    Path page = Files.writeString(folder.resolve("page.md"), "before\n");
    write(Map.of("GITHUB_STEP_SUMMARY", page.toString()));
    assertThat(page).content().startsWith("before\n## Benchmarks").contains("2 passed, 1 failed");
  }

  @Nested
  @DisplayName("JMH's JSON")
  class Jmh {
    @Test
    @DisplayName("has the members its viewers need, with samples as raw data")
    void throughput() throws IOException {
      JsonNode first = JSON.readTree(read("jmh-result.json")).get(0);
      assertThat(first.path("benchmark").asText()).isEqualTo("org.example.CodecBenchmark.encode");
      assertThat(first.path("mode").asText()).isEqualTo("avgt");
      assertThat(first.path("threads").asInt()).isEqualTo(1);
      assertThat(first.at("/params/size").asText()).isEqualTo("1024");
      JsonNode metric = first.path("primaryMetric");
      assertThat(metric.path("score").asDouble()).isEqualTo(1251);
      assertThat(metric.path("scoreError").asDouble()).isEqualTo(48);
      assertThat(metric.at("/scoreConfidence/0").asDouble()).isEqualTo(1203);
      assertThat(metric.at("/scorePercentiles/0.0").asDouble()).isEqualTo(1249);
      assertThat(metric.at("/scorePercentiles/100.0").asDouble()).isEqualTo(1900);
      assertThat(metric.path("scoreUnit").asText()).isEqualTo("ns/op");
      assertThat(metric.at("/rawData/0")).hasSize(5);
      assertThat(first.at("/secondaryMetrics/gc.alloc.rate.norm/score").asDouble()).isEqualTo(16);
      assertThat(first.at("/secondaryMetrics/gc.alloc.rate.norm/scoreError").asText())
          .isEqualTo("NaN");
    }

    @Test
    @DisplayName("has latencies as a histogram, and leaves out what has no time")
    void latency() throws IOException {
      JsonNode root = JSON.readTree(read("jmh-result.json"));
      assertThat(root).hasSize(2);
      assertThat(root.at("/1/mode").asText()).isEqualTo("sample");
      assertThat(root.at("/1/primaryMetric/rawDataHistogram/0/0/0/0").asDouble()).isEqualTo(149.5);
      assertThat(root.at("/1/primaryMetric/rawDataHistogram/0/0/0/1").asInt()).isEqualTo(7);
    }
  }

  @Test
  @DisplayName("CSV quotes what would break a cell and has one line per metric")
  void csv() throws IOException {
    List<String> lines = List.of(read("results.csv").split("\r\n"));
    assertThat(lines)
        .hasSize(6)
        .contains(
            "compression,CodecBenchmark.encode,size=1024,THROUGHPUT,passed,steady,"
                + "ns_per_op,1251.0,1203.0,1299.0,ns/op,lower")
        .contains(
            "compression,StoreBenchmark.load,\"path=a,b \"\"c\"\"\",LATENCY,passed,steady,"
                + "p50_ns,150.0,149.0,152.0,ns,lower")
        .contains(
            "compression,StoreBenchmark.size,,SCENARIO,failed,steady,stored_bytes,80.0,,,B,lower");
  }

  @Test
  @DisplayName("Markdown keeps tables whole whatever a name holds")
  void markdown() throws IOException {
    String page = read("summary.md");
    assertThat(page)
        .contains("| CodecBenchmark.encode [size=1024] | ns_per_op |")
        .contains("It \\| drifts \\*badly\\*.")
        .contains("failed | java.lang.IllegalStateException: no space");
    assertThat(page.lines().filter(line -> line.startsWith("| ") && line.contains("_")))
        .allSatisfy(
            line ->
                assertThat(line.replace("\\|", "").chars().filter(c -> c == '|'))
                    .hasSizeBetween(3, 5));
  }

  @Test
  @DisplayName("OpenMetrics has one family per metric, escaped labels, and an end")
  void openMetrics() throws IOException {
    String text = read("metrics.txt");
    assertThat(text)
        .endsWith("# EOF\n")
        .contains("# TYPE coral_ns_per_op gauge\n# HELP coral_ns_per_op")
        .contains("bound=\"low\"} 1203.0\n")
        .contains("path=a,b \\\"c\\\"");
    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .allMatch(
            line -> line.matches("coral_[a-z0-9_]+\\{([a-z]+=\"([^\"\\\\]|\\\\.)*\",?)+} \\S+"));
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE"))).doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("performance.json has stable ids and a direction where there is one")
  void performance() throws IOException {
    JsonNode root = JSON.readTree(read("performance.json"));
    assertThat(root).hasSize(5);
    JsonNode time = root.get(0);
    assertThat(time.path("id").asText())
        .isEqualTo("org.example.CodecBenchmark.encode{size=1024}/ns_per_op");
    assertThat(time.path("value").asDouble()).isEqualTo(1251);
    assertThat(time.path("start").asLong()).isEqualTo(Results.START.toEpochMilli());
    assertThat(time.path("group").asText()).isEqualTo("compression");
    assertThat(time.path("better").asText()).isEqualTo("lower");
    assertThat(root).anySatisfy(node -> assertThat(node.has("better")).isFalse());
  }

  @Nested
  @DisplayName("The history")
  class History {
    private List<JsonNode> lines() throws IOException {
      List<JsonNode> lines = new java.util.ArrayList<>();
      for (String line : Files.readAllLines(folder.resolve("h/history.jsonl"))) {
        lines.add(JSON.readTree(line));
      }
      return lines;
    }

    @Test
    @DisplayName("grows by a line per measured run, with what passed")
    void grows() throws IOException {
      HistoryReporter history = new HistoryReporter(folder.resolve("h").toString());
      history.runFinished(report());
      history.runFinished(Results.run("functional", folder, Results.throughput()));
      history.runFinished(report());
      assertThat(lines()).hasSize(2);
      JsonNode line = lines().get(0);
      assertThat(line.path("profile").asText()).isEqualTo("quick");
      assertThat(line.path("machine").asText()).matches("[0-9a-f]{12}");
      JsonNode benchmarks = line.path("benchmarks");
      assertThat(benchmarks).hasSize(2);
      JsonNode time =
          benchmarks.path("org.example.CodecBenchmark.encode{size=1024}").path("ns_per_op");
      assertThat(time.path("value").asDouble()).isEqualTo(1251);
      assertThat(time.path("high").asDouble()).isEqualTo(1299);
    }

    @Test
    @DisplayName("is not kept where no folder is named")
    void nowhere() {
      new HistoryReporter("").runFinished(report());
      assertThat(folder).isEmptyDirectory();
    }

    @Test
    @DisplayName("knows a machine by its processor, not by its load")
    void machine() {
      Map<String, String> quiet = Map.of("cpu_model", "X", "cpu_cores", "2", "load_1min", "0.1");
      Map<String, String> busy = Map.of("cpu_model", "X", "cpu_cores", "2", "load_1min", "9");
      Map<String, String> other = Map.of("cpu_model", "X", "cpu_cores", "4");
      assertThat(HistoryReporter.machine(busy)).isEqualTo(HistoryReporter.machine(quiet));
      assertThat(HistoryReporter.machine(other)).isNotEqualTo(HistoryReporter.machine(quiet));
    }
  }
}

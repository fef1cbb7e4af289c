package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("results.json")
class JsonReporterTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private JsonNode write(RunReport report) throws IOException {
    new JsonReporter().runFinished(report);
    return JSON.readTree(report.outputFolder().resolve("results.json").toFile());
  }

  private static JsonSchema schema() throws IOException {
    try (InputStream in = ResultJson.class.getResourceAsStream("results.schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(JSON.readTree(in));
    }
  }

  private RunReport everything() {
    return Results.run(
        folder,
        Results.throughput(),
        Results.result()
            .name("StoreBenchmark.load")
            .mode(Mode.LATENCY)
            .label(Stability.DRIFTING)
            .bucket(100, 199, 7)
            .bucket(200, 399, 1)
            .metric(
                new Metric("p99_ns", Double.NaN, 1, Double.POSITIVE_INFINITY, "ns", Better.LOWER))
            .samples(1.5, Double.NaN)
            .warning("It drifts.")
            .build(),
        Results.result()
            .name("StoreBenchmark.save")
            .mode(Mode.SCENARIO)
            .label(Stability.NOT_APPLICABLE)
            .failed(new IllegalStateException("no space"))
            .build());
  }

  @Test
  @DisplayName("holds what its readers rely on")
  void form() throws IOException {
    JsonNode root = write(everything());
    assertThat(root.path("schema").asInt()).isEqualTo(1);
    assertThat(root.path("profile").asText()).isEqualTo("quick");
    assertThat(root.path("seed").asLong()).isEqualTo(42);
    assertThat(root.at("/environment/cpu_cores").asText()).isEqualTo("2");
    JsonNode first = root.at("/benchmarks/0");
    assertThat(first.path("id").asText()).isEqualTo("org.example.CodecBenchmark.encode{size=1024}");
    assertThat(first.path("suite").asText()).isEqualTo("compression");
    assertThat(first.path("mode").asText()).isEqualTo("THROUGHPUT");
    assertThat(first.at("/parameters/size").asText()).isEqualTo("1024");
    assertThat(first.path("label").asText()).isEqualTo("steady");
    JsonNode time = first.at("/metrics/ns_per_op");
    assertThat(time.path("value").asDouble()).isEqualTo(1251);
    assertThat(time.path("low").asDouble()).isEqualTo(1203);
    assertThat(time.path("high").asDouble()).isEqualTo(1299);
    assertThat(time.path("unit").asText()).isEqualTo("ns/op");
    assertThat(time.path("better").asText()).isEqualTo("lower");
    assertThat(first.at("/metrics/b_per_op/low").isNull()).isTrue();
    assertThat(root.at("/benchmarks/2/failure").asText()).contains("no space");
    assertThat(root.at("/benchmarks/2/label").asText()).isEqualTo("n/a");
    assertThat(root.at("/benchmarks/1/metrics/p99_ns/value").isNull()).isTrue();
  }

  @Test
  @DisplayName("satisfies the schema that is published with it")
  void valid() throws IOException {
    assertThat(schema().validate(write(everything()))).isEmpty();
  }

  @Test
  @DisplayName("would not satisfy it with a member missing or an unknown label")
  void schemaIsStrict() throws IOException {
    JsonNode root = write(everything());
    ((com.fasterxml.jackson.databind.node.ObjectNode) root.at("/benchmarks/0"))
        .put("label", "calm")
        .remove("id");
    assertThat(schema().validate(root)).hasSize(2);
  }

  @Test
  @DisplayName("replaces an older one and leaves nothing half-written beside it")
  void replaces() throws IOException {
    Files.writeString(folder.resolve("results.json"), "old");
    write(Results.run(folder, Results.throughput()));
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("results.json");
    }
  }

  @Test
  @DisplayName("of a measured run survives a functional one")
  void functional() {
    new JsonReporter().runFinished(Results.run("functional", folder, Results.throughput()));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("that cannot be written is one sentence with the folder and what to do")
  void unwritable() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    RunReport report = Results.run(file.resolve("coral"), Results.throughput());
    assertThatThrownBy(() -> new JsonReporter().runFinished(report))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("-Dcoral.output");
  }
}

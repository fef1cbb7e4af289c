package io.coralml.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page of benchmarks")
class BenchmarksPageTest {

  private static String row(String name, String codec, String metrics) {
    return "{\"suite\":\"compression\",\"name\":\""
        + name
        + "\",\"parameters\":{\"codec\":\""
        + codec
        + "\"},\"tags\":[],\"status\":\"passed\",\"metrics\":{"
        + metrics
        + "}}";
  }

  private static String metric(String key, double value, String unit) {
    return '"'
        + key
        + "\":{\"value\":"
        + value
        + ",\"low\":null,\"high\":null,\"unit\":\""
        + unit
        + "\",\"better\":\"higher\"}";
  }

  private static String page(String... rows) {
    return BenchmarksPage.of(
        ("{\"schema\":1,\"profile\":\"standard\",\"seed\":7,\"start\":\"2026-01-01T00:00:00Z\","
                + "\"stop\":\"\",\"budget_s\":300,\"environment\":{\"cpu_model\":\"Some CPU\","
                + "\"git_commit\":\"abc123\"},\"problems\":[\"It was busy.\"],\"benchmarks\":["
                + String.join(",", rows)
                + "]}")
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("names machine, date, commit and seed, and what disturbed the run")
  void origin() {
    assertThat(page())
        .contains("Some CPU")
        .contains("2026-01-01T00:00:00Z")
        .contains("commit abc123")
        .contains("seed 7")
        .contains("> It was busy.");
  }

  @Test
  @DisplayName("keeps comparators in the table of what they stand beside, with the limit")
  void comparators() {
    assertThat(
            page(
                row(
                    "C.x",
                    "coral",
                    metric("compression_ratio", 2, "x") + "," + metric("limit_ratio", 2.5, "x")),
                row("C.x", "zstd", metric("compression_ratio", 1.25, "x"))))
        .contains("| arguments | compression ratio | limit ratio | own figures |")
        .contains("| codec coral | 2x | 2.500x |  |")
        .contains("| codec zstd | 1.250x |  |  |");
  }

  @Test
  @DisplayName("keeps lossy methods apart")
  void lossy() {
    String page =
        page(
            row("C.x", "coral", metric("compression_ratio", 2, "x")),
            row("C.x", "lossy", metric("max_abs_error", 0.01, "1")));
    assertThat(page.indexOf("codec lossy")).isGreaterThan(page.indexOf("## Lossy methods"));
    assertThat(page.indexOf("codec coral")).isLessThan(page.indexOf("## Lossy methods"));
    // Without an empty line the sentence would be another row of the table.
    assertThat(page).contains("|\n\nWhat these give back is not what was put");
  }
}

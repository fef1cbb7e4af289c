package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stability;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The console table")
class ConsoleReporterTest {
  private static final Path OUTPUT = Path.of("target", "coral");

  private static String print(RunReport report) {
    return print(report, false);
  }

  private static String print(RunReport report, boolean quiet) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ConsoleReporter(new PrintStream(out, true, StandardCharsets.UTF_8), quiet)
        .runFinished(report);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("shows each benchmark under its suite with interval, unit and meaning")
  void table() {
    String text =
        print(
            Results.run(
                OUTPUT,
                Results.throughput(),
                Results.result()
                    .suite("storage")
                    .name("StoreBenchmark.save")
                    .mode(Mode.SCENARIO)
                    .label(Stability.NOT_APPLICABLE)
                    .metric(Metric.exact("compression_ratio", 12.4, "x", Better.HIGHER))
                    .build()));
    assertThat(text)
        .contains("-- compression ---")
        .contains("  CodecBenchmark.encode [size=1024] · steady")
        .contains("ns_per_op                [1.203  1.251  1.299] µs/op")
        .contains("-- storage ---")
        .containsPattern("compression_ratio +12.40 x +excellent")
        .contains("2 benchmarks: 2 passed, 0 failed")
        .contains("seed 42")
        .contains("OpenJDK 64-Bit Server VM 17 · 2 cores");
  }

  @Test
  @DisplayName("is left out where nobody wants it")
  void quiet() {
    assertThat(print(Results.run(OUTPUT, Results.throughput()), true)).isEmpty();
  }

  @Test
  @DisplayName("says what failed and what to know before believing a number")
  void failure() {
    String text =
        print(
            Results.run(
                OUTPUT,
                Results.result()
                    .failed(new AssertionError("expected 3 weights\nbut was 2"))
                    .warning("The blocks became slower by 8 %.")
                    .build()));
    assertThat(text)
        .contains("FAILED: java.lang.AssertionError: expected 3 weights")
        .contains("! The blocks became slower by 8 %.")
        .contains("0 passed, 1 failed, 0 aborted, 1 with warnings");
  }

  @Test
  @DisplayName("prints nothing for a functional run")
  void functional() {
    assertThat(print(Results.run("functional", OUTPUT, Results.throughput()))).isEmpty();
  }
}

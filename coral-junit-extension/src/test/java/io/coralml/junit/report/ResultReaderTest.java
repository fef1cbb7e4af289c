package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A result file that is read back")
class ResultReaderTest {
  @TempDir Path folder;

  @Test
  @DisplayName("gives the run it was written from, to the byte")
  void roundTrip() throws IOException {
    RunReport run =
        Results.run(
            folder,
            Results.throughput(),
            Results.result()
                .name("Latency.read")
                .mode(Mode.LATENCY)
                .bucket(1, 9, 4)
                .metric(
                    new Metric("p99_ns", Double.NaN, Double.NaN, Double.NaN, "ns", Better.LOWER))
                .warning("noisy")
                .failed(new IllegalStateException("no"))
                .build());
    byte[] written = ResultJson.bytes(run);
    Path file = Files.write(folder.resolve("results.json"), written);
    assertThat(new String(ResultJson.bytes(ResultReader.read(file)), StandardCharsets.UTF_8))
        .isEqualTo(new String(written, StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("is refused in one sentence wherever it is cut short")
  void torn() throws IOException {
    byte[] written = ResultJson.bytes(Results.run(folder, Results.throughput()));
    Path file = folder.resolve("results.json");
    for (int length = 0; length < written.length - 2; length += 97) {
      Files.write(file, java.util.Arrays.copyOf(written, length));
      assertThatThrownBy(() -> ResultReader.read(file))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("results.json");
    }
  }
}

package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Status;
import io.coralml.junit.verdict.PerformanceRegressionError;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A benchmark with limits")
class ExpectRunTest {
  @TempDir Path folder;

  /** One limit that holds and one that does not. */
  static class Limited {
    @CoralBenchmark(suite = "limits", mode = Mode.SCENARIO)
    @Expect(metric = "compression_ratio", value = 10)
    void met(Metrics metrics) {
      metrics.rawBytes(1000);
      metrics.storedBytes(100);
    }

    @CoralBenchmark(suite = "limits", mode = Mode.SCENARIO)
    @Expect(metric = "compression_ratio", value = 10)
    void missed(Metrics metrics) {
      metrics.rawBytes(1000);
      metrics.storedBytes(101);
    }
  }

  @Test
  @DisplayName("fails as a test, and its result says so, when a limit does not hold")
  void fails() {
    RunFixture.Outcome outcome = RunFixture.in(folder).run(Limited.class);
    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .contains("compression_ratio is 9.90099 x, but at least 10 x is expected.");
    assertThat(outcome.report().results())
        .allSatisfy(
            result -> {
              boolean met = result.methodName().equals("met");
              assertThat(result.status()).isEqualTo(met ? Status.PASSED : Status.FAILED);
              if (!met) {
                assertThat(result.failure())
                    .isInstanceOf(PerformanceRegressionError.class)
                    .hasMessageContaining("at least 10 x is expected");
              }
            })
        .hasSize(2);
  }
}

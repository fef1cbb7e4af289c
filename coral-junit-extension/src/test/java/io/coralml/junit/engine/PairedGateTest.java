package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.Status;
import io.coralml.junit.Threads;
import io.coralml.junit.verdict.PerformanceRegressionError;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A benchmark that takes turns with its baseline")
class PairedGateTest {
  // The two differ twentyfold and may differ almost twofold, so no noise of a machine decides a
  // test.
  @TempDir Path folder;

  private static void work(int turns, Blackhole blackhole) {
    long sum = 0;
    for (int i = 0; i < turns; i++) {
      sum = sum * 31 + (i ^ sum);
    }
    blackhole.consume(sum);
  }

  static class Slow {
    @CoralBenchmark(suite = "pairs")
    @Profile(BenchmarkProfile.QUICK)
    @Baseline(value = "before", margin = 0.9)
    void twice(Blackhole blackhole) {
      work(8000, blackhole);
    }

    void before(Blackhole blackhole) {
      work(400, blackhole);
    }
  }

  static class Quick {
    @CoralBenchmark(suite = "pairs")
    @Profile(BenchmarkProfile.QUICK)
    @Baseline(value = "before", margin = 0.9)
    void half(Blackhole blackhole) {
      work(400, blackhole);
    }

    void before(Blackhole blackhole) {
      work(8000, blackhole);
    }
  }

  static class SlowTogether {
    @CoralBenchmark(suite = "pairs")
    @Profile(BenchmarkProfile.QUICK)
    @Baseline(value = "before", margin = 0.9)
    @Threads(2)
    void twice(Blackhole blackhole) {
      work(8000, blackhole);
    }

    void before(Blackhole blackhole) {
      work(400, blackhole);
    }
  }

  static class WholeScenario {
    @CoralBenchmark(suite = "pairs", mode = Mode.SCENARIO)
    @Profile(BenchmarkProfile.QUICK)
    @Baseline("before")
    void once(Blackhole blackhole) {
      work(10, blackhole);
    }

    void before(Blackhole blackhole) {
      work(10, blackhole);
    }
  }

  static class Misnamed {
    @CoralBenchmark(suite = "pairs")
    @Profile(BenchmarkProfile.QUICK)
    @Baseline("nobody")
    void alone(Blackhole blackhole) {
      work(10, blackhole);
    }
  }

  private RunFixture.Outcome run(Class<?> type) {
    return run(type, "500ms");
  }

  private RunFixture.Outcome run(Class<?> type, String time) {
    return RunFixture.in(folder).measured().with("coral.benchmark-time", time).run(type);
  }

  @Test
  @DisplayName("fails when it takes many times as long, and says by how much")
  void slower() {
    BenchmarkResult result = run(Slow.class).result("twice");
    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.failure())
        .isInstanceOf(PerformanceRegressionError.class)
        .hasMessageContaining("Slow.twice against before: SLOWER.");
    assertThat(result.metrics()).containsKeys("ns_per_op", "pair_ratio");
    assertThat(result.settings().get("verdict")).startsWith("SLOWER");
  }

  @Test
  @DisplayName("passes when it takes a fraction of the time")
  void faster() {
    BenchmarkResult result = run(Quick.class).result("half");
    assertThat(result.status()).isEqualTo(Status.PASSED);
    assertThat(result.settings().get("verdict")).startsWith("FASTER");
  }

  @Test
  @DisplayName("fails on several threads too")
  void slowerTogether() {
    // Its turns take both processors, which others may have; it ends as soon as it has decided.
    BenchmarkResult result = run(SlowTogether.class, "1500ms").result("twice");
    assertThat(result.failure()).isInstanceOf(PerformanceRegressionError.class);
    assertThat(result.settings()).containsEntry("compared_by", "wall clock");
  }

  @Test
  @DisplayName("is refused in one sentence where there are no calls to compare")
  void scenario() {
    assertThat(run(WholeScenario.class).failures())
        .singleElement()
        .asString()
        .contains("WholeScenario.once needs mode THROUGHPUT or LATENCY");
  }

  @Test
  @DisplayName("is refused in one sentence when there is no such method")
  void misnamed() {
    assertThat(run(Misnamed.class).failures())
        .singleElement()
        .asString()
        .contains("@Baseline(\"nobody\") of Misnamed.alone names no other method");
  }

  @Test
  @DisplayName("runs only itself, once, in a functional run")
  void functional() {
    BenchmarkResult result = RunFixture.in(folder).run(Slow.class).result("twice");
    assertThat(result.status()).isEqualTo(Status.PASSED);
    assertThat(result.metrics()).doesNotContainKey("pair_ratio");
  }
}

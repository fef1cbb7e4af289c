package io.coralml.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.stats.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * What a benchmark costs in a plain build, where its body is called once: the time of five hundred
 * of them less that of five hundred parameterized tests with the same body. It must be no more than
 * 5 ms for each.
 */
@Profile(BenchmarkProfile.QUICK)
class OverheadBenchmark {
  private static final int CALLS = 500;
  private static final int ROUNDS = 5;
  private static final double MOST_MILLIS = 5;

  @CoralBenchmark(suite = "proof", mode = Mode.SCENARIO, repetitions = 1)
  void functionalRun(Metrics metrics, @TempDir Path folder) {
    List<Double> plain = new ArrayList<>();
    List<Double> more = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      double one = millis(Plain.class, folder) / CALLS;
      plain.add(one);
      more.add(millis(Benchmarks.class, folder) / CALLS - one);
    }
    // The first round pays for loading the classes of both, as the only round of a build does.
    metrics.value("first_overhead_ms", more.get(0), "ms", Better.LOWER);
    double overhead = Sample.of(more).max();
    metrics.value("overhead_ms_per_benchmark", overhead, "ms", Better.LOWER);
    metrics.value("plain_test_ms", Sample.of(plain).max(), "ms", Better.NEITHER);
    assertTrue(
        overhead <= MOST_MILLIS,
        "A benchmark costs " + overhead + " ms in a functional run; the mark is 5 ms.");
  }

  private static double millis(Class<?> type, Path folder) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(type))
            .configurationParameter("coral.profile", "functional")
            .configurationParameter("coral.output", folder.toString())
            .build();
    LauncherConfig config =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    long start = System.nanoTime();
    try (LauncherSession session = LauncherFactory.openSession(config)) {
      session.getLauncher().execute(request, summary);
    }
    double millis = (System.nanoTime() - start) / 1e6;
    assertEquals(CALLS, summary.getSummary().getTestsSucceededCount());
    return millis;
  }

  /** Ordinary tests. */
  static class Plain {
    @ParameterizedTest
    @MethodSource("io.coralml.proof.OverheadBenchmark#numbers")
    void call(int number) {
      assertTrue(number >= 0);
    }
  }

  /** The same as benchmarks. */
  static class Benchmarks {
    @CoralBenchmark
    @MethodSource("io.coralml.proof.OverheadBenchmark#numbers")
    void call(int number, Blackhole hole) {
      assertTrue(number >= 0);
      hole.consume(number);
    }
  }

  static IntStream numbers() {
    return IntStream.range(0, CALLS);
  }
}

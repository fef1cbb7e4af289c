package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A benchmark in forks")
class ForkedTest {
  @TempDir Path folder;

  @Test
  @DisplayName("measures in JVMs of its own, with the arguments asked for")
  void ownJvm() {
    var outcome = RunFixture.in(folder).measured().run(InForks.class);

    assertThat(outcome.failures()).isEmpty();
    BenchmarkResult cold = outcome.result("cold");
    // Three in any case; then the time is spent, and what is left of the seven is given up.
    assertThat(cold.samples()).hasSizeBetween(3, 6).allMatch(nanos -> nanos > 0);
    assertThat(cold.settings()).containsEntry("forks", Integer.toString(cold.samples().size()));
    assertThat(cold.warnings())
        .contains("The time budget allowed " + cold.samples().size() + " of 7 cold starts.");
    assertThat(outcome.value("withArguments", "seen_property")).isEqualTo(42);
    assertThat(outcome.value("withArguments", "other_process")).isEqualTo(1);
  }

  @Test
  @DisplayName("says how a fork died and what it had printed, bounded")
  void dies() {
    var outcome = RunFixture.in(folder).measured().run(DyingFork.class);

    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .contains("The fork of @CoralBenchmark ForkedTest.DyingFork.dies died with exit code 7")
        .contains("last words")
        .contains("bytes more, which were dropped")
        .hasSizeLessThan(70_000);
  }

  @Test
  @DisplayName("hands on what the body threw there, and what it had recorded")
  void failsThere() {
    var outcome = RunFixture.in(folder).measured().run(FailingFork.class);

    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .contains("failed in its fork")
        .contains("IllegalStateException: not there");
    assertThat(outcome.value("fails", "stored_bytes")).isEqualTo(7);
  }

  @Test
  @DisplayName("fails when its tear-down fails there, although it had been measured")
  void tearDownFailsThere() {
    var outcome = RunFixture.in(folder).measured().run(BrokenTearDown.class);

    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .contains("failed in its fork")
        .contains("IllegalStateException: not closed");
  }

  @Test
  @DisplayName("has all the time it was given, however long its set-up took")
  void setUpInFork() {
    var outcome =
        RunFixture.in(folder)
            .measured()
            .with("coral.benchmark-time", "1500ms")
            .run(SlowSetUp.class);

    assertThat(outcome.failures()).isEmpty();
    long given = Duration.ofMillis(1500).minus(ForkShares.USUAL_START_UP).toMillis();
    // Less the moment that passes before the first fork is given its share.
    assertThat(Long.parseLong(outcome.result("measured").settings().get("allotted_ms")))
        .isBetween(given - SlowSetUp.MILLIS / 2, given);
  }

  @Test
  @DisplayName("has what the fork printed among its results, bounded")
  void kept() throws IOException {
    var outcome =
        RunFixture.in(folder)
            .measured()
            .with("coral.benchmark.memory-limit", "77")
            .with("coral.benchmark.log-level", "off")
            .run(Talkative.class);

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.value("talks", "heap_mb")).isLessThanOrEqualTo(77);
    List<Attachment> attachments = outcome.result("talks").attachments();
    assertThat(attachments).extracting(Attachment::name).containsExactly("output of fork 1");
    assertThat(Files.readString(attachments.get(0).file())).contains("I am here");
  }

  @Profile(BenchmarkProfile.QUICK)
  static class InForks {
    private long pidOfSetUp;

    @BeforeEach
    void setUp() {
      pidOfSetUp = ProcessHandle.current().pid();
    }

    @CoralBenchmark(mode = Mode.COLD, repetitions = 7)
    void cold(Blackhole hole) {
      hole.consume("a b c".toUpperCase(java.util.Locale.ROOT));
    }

    @CoralBenchmark(mode = Mode.SCENARIO, forks = 1, jvmArgs = "-Dsample.property=42")
    void withArguments(Metrics metrics) {
      metrics.value("seen_property", Integer.getInteger("sample.property", 0), "1", Better.NEITHER);
      boolean child = ProcessHandle.current().parent().isPresent();
      boolean same = pidOfSetUp == ProcessHandle.current().pid();
      metrics.value("other_process", child && same ? 1 : 0, "1", Better.NEITHER);
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class BrokenTearDown {
    @AfterEach
    void tearDown() {
      if (System.getProperty(ForkRequest.RESULT) != null) {
        throw new IllegalStateException("not closed");
      }
    }

    @CoralBenchmark(mode = Mode.SCENARIO, forks = 1, repetitions = 1)
    void measured() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class SlowSetUp {
    static final long MILLIS = 300;

    @BeforeEach
    void setUp() throws InterruptedException {
      if (System.getProperty(ForkRequest.RESULT) != null) {
        Thread.sleep(MILLIS);
      }
    }

    @CoralBenchmark(mode = Mode.SCENARIO, forks = 1, repetitions = 1)
    void measured() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class DyingFork {
    @CoralBenchmark(mode = Mode.SCENARIO, forks = 1)
    @SuppressWarnings("SystemOut") // printing is what it shows
    void dies() {
      System.out.println("last words" + "x".repeat(200_000));
      System.out.flush();
      Runtime.getRuntime().halt(7);
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class FailingFork {
    @CoralBenchmark(mode = Mode.SCENARIO, forks = 1)
    void fails(Metrics metrics) {
      metrics.storedBytes(7);
      throw new IllegalStateException("not there");
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Talkative {
    @CoralBenchmark(mode = Mode.SCENARIO, forks = 1, repetitions = 1)
    @SuppressWarnings("SystemOut") // talking is what it shows
    void talks(Metrics metrics) {
      System.out.println("I am here");
      metrics.value(
          "heap_mb", (double) (Runtime.getRuntime().maxMemory() >> 20), "MB", Better.NEITHER);
    }
  }
}

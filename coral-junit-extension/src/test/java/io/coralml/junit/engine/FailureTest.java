package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.Status;
import io.coralml.junit.Threads;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("When something fails, a run")
class FailureTest {
  @TempDir Path folder;

  @Test
  @DisplayName("fails that benchmark only, and says which call it was")
  void bodyThrows() {
    var outcome = RunFixture.in(folder).measured().run(Broken.class);

    BenchmarkResult broken = outcome.result("thousandth");
    assertThat(broken.status()).isEqualTo(Status.FAILED);
    assertThat(broken.failure()).hasMessage("full");
    assertThat(broken.failure().getSuppressed())
        .anySatisfy(note -> assertThat(note).hasMessageContaining("It was thrown by call "));
    assertThat(outcome.result("fine").status()).isEqualTo(Status.PASSED);
  }

  @Test
  @DisplayName("keeps what a scenario had recorded until it failed, measured or not")
  void recordedUntilFailure() {
    var measured = RunFixture.in(folder).measured().run(BrokenInTheMidst.class);
    assertThat(measured.result("second").status()).isEqualTo(Status.FAILED);
    assertThat(measured.value("second", "stored_bytes")).isEqualTo(2000);
    assertThat(measured.value("second", "compression_ratio")).isEqualTo(2);
    assertThat(measured.value("second", "chunks")).as("of the one before").isEqualTo(3);

    var once = RunFixture.in(folder.resolve("once")).run(BrokenInTheMidst.class);
    assertThat(once.result("first").status()).isEqualTo(Status.FAILED);
    assertThat(once.value("first", "stored_bytes")).isEqualTo(7);
  }

  @Test
  @DisplayName("refuses a key of a metric where it is recorded, and a ratio of what is not")
  void keys() {
    var outcome = RunFixture.in(folder).run(Misnaming.class);

    assertThat(outcome.failures())
        .containsExactly(
            "The ratio hit_rate needs the metric look_ups, which was not recorded in this"
                + " repetition; record it, or correct the key.");
    assertThat(outcome.value("records", "stored_bytes")).isEqualTo(7);
  }

  @Test
  @DisplayName("names annotation, value, method and remedy when it cannot be done")
  void declared() {
    var outcome = RunFixture.in(folder).run(Impossible.class);

    assertThat(outcome.failures())
        .containsExactlyInAnyOrder(
            "@CoralBenchmark(bytesPerOp = -1) of FailureTest.Impossible.bytes must be 0 or more;"
                + " leave it out to say nothing about it.",
            "@CoralBenchmark(itemsPerOp = -2) of FailureTest.Impossible.items must be 0 or more;"
                + " leave it out to say nothing about it.",
            "@CoralBenchmark(repetitions = -3) of FailureTest.Impossible.repetitions must be 0 or"
                + " more; leave it out to let the profile decide.",
            "@CoralBenchmark(forks = -4) of FailureTest.Impossible.forks must be 0 or more; leave it"
                + " out to let the profile decide.",
            "@CoralBenchmark(callsPerSecond = NaN) of FailureTest.Impossible.rate must be 0 or more;"
                + " leave it out for a closed loop.",
            "@CoralBenchmark(callsPerSecond = 5.0) of FailureTest.Impossible.rateOfThroughput has no"
                + " meaning in mode THROUGHPUT; leave it out, or use mode LATENCY.",
            "@CoralBenchmark(repetitions = 3) of FailureTest.Impossible.repeatedLatency has no"
                + " meaning in mode LATENCY; leave it out, or use mode COLD or SCENARIO.",
            "@CoralBenchmark(leak = true) of FailureTest.Impossible.leakyStart has no meaning in"
                + " mode COLD; leave it out, or use mode THROUGHPUT or SCENARIO.",
            "@Threads(0) of FailureTest.Impossible.threads must be at least 1 thread.",
            "@Threads(from = \"clients\") of FailureTest.Impossible.threadsFrom names no int"
                + " parameter; compile with -parameters and name one.",
            "@Baseline(\"older\") of Impossible.newer names no other method with the same"
                + " parameters; write one, or correct the name.",
            "@Baseline of FailureTest.Impossible.once needs mode THROUGHPUT or LATENCY; remove it,"
                + " or change the mode.");
    assertThat(outcome.result("fine").status()).isEqualTo(Status.PASSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"functional", "quick"})
  @DisplayName("goes on after a body that ran out of memory, which JUnit alone would not")
  void outOfMemory(String profile) {
    var outcome = RunFixture.in(folder).measured().with("coral.profile", profile).run(Greedy.class);

    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .startsWith("@CoralBenchmark FailureTest.Greedy.a ran out of memory: Requested array size")
        .contains("-Xmx");
    assertThat(outcome.result("b").status()).isEqualTo(Status.PASSED);
  }

  @Test
  @DisplayName("counts a set-up or tear-down that throws against the benchmark")
  void fixtureThrows() {
    var outcome = RunFixture.in(folder).run(BrokenSetUp.class, BrokenTearDown.class);

    assertThat(outcome.report().results())
        .extracting(BenchmarkResult::methodName, BenchmarkResult::status)
        .containsExactlyInAnyOrder(
            org.assertj.core.api.Assertions.tuple("never", Status.FAILED),
            org.assertj.core.api.Assertions.tuple("leaky", Status.FAILED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"functional", "quick"})
  @DisplayName("ends a body that never ends, says so, and goes on")
  void endless(String profile) {
    var outcome =
        RunFixture.in(folder)
            .measured()
            .with("coral.profile", profile)
            .with("coral.time-limit", "600ms")
            .run(Endless.class);

    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .contains("Endless.waits did not end within 0.6 s; raise coral.time-limit");
    assertThat(outcome.result("fine").status()).isEqualTo(Status.PASSED);
  }

  @Test
  @DisplayName("names the profiles when one does not exist")
  void unknownProfile() {
    var outcome = RunFixture.in(folder).with("coral.profile", "fast").run(Broken.class);

    assertThat(outcome.failures())
        .isNotEmpty()
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains(
                        "There is no profile \"fast\" (coral.profile): use one of functional,"
                            + " quick, standard, full, comprehensive"));
    assertThat(outcome.reported()).isFalse();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "coral.seed, many, a whole number",
    "coral.benchmark-time, soon, a duration such as 500ms",
    "coral.repetitions, 0, a whole number from 1"
  })
  @DisplayName("names option, value and remedy when an option is malformed")
  void malformedOption(String key, String value, String expected) {
    var outcome =
        RunFixture.in(folder).with("coral.profile", "quick").with(key, value).run(Broken.class);

    assertThat(outcome.failures())
        .isNotEmpty()
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains("The option " + key + " is \"" + value + "\"; it must be")
                    .contains(expected));
  }

  @Test
  @DisplayName("that Jupiter would pass over fails, naming the method and the remedy")
  void failsLoudly() {
    var outcome = RunFixture.in(folder).run(Wrong.class);

    assertThat(outcome.failures())
        .containsExactlyInAnyOrder(
            "@CoralBenchmark method [int save()] must return void: Jupiter would skip it"
                + " silently. Consume the result with Blackhole.",
            "@CoralBenchmark method [void shared(Blackhole)] must not be static: Jupiter would"
                + " skip it silently. Remove static.",
            "@CoralBenchmark method [void hidden()] must not be private: Jupiter would skip it"
                + " silently. Remove private.",
            "@CoralBenchmark method [Stream dynamic()] must not be a @TestFactory: dynamic tests"
                + " cannot be measured. Give it an argument source instead, such as @MethodSource.",
            "@CoralBenchmark method [void twice()] must not be a @Test too: it would run as both."
                + " Remove @Test.",
            "@CoralBenchmark method [void often()] must not be a @RepeatedTest too: it would run as"
                + " both. Remove @RepeatedTest.",
            "@CoralBenchmark method [Wrong.backwards] has the argument [int n] behind [Blackhole"
                + " hole], which is injected; put arguments first.");
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Broken {
    private int calls;

    @CoralBenchmark
    void thousandth() {
      if (++calls == 1000) {
        throw new IllegalStateException("full");
      }
    }

    @CoralBenchmark(mode = Mode.SCENARIO)
    void fine(Metrics metrics) {
      metrics.rawBytes(1);
    }
  }

  static class Impossible {
    @CoralBenchmark(bytesPerOp = -1)
    void bytes() {}

    @CoralBenchmark(itemsPerOp = -2)
    void items() {}

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = -3)
    void repetitions() {}

    @CoralBenchmark(forks = -4)
    void forks() {}

    @CoralBenchmark(mode = Mode.LATENCY, callsPerSecond = Double.NaN)
    void rate() {}

    @CoralBenchmark(callsPerSecond = 5)
    void rateOfThroughput() {}

    @CoralBenchmark(mode = Mode.LATENCY, repetitions = 3)
    void repeatedLatency() {}

    @CoralBenchmark(mode = Mode.COLD, leak = true)
    void leakyStart() {}

    @CoralBenchmark
    @Threads(0)
    void threads() {}

    @CoralBenchmark
    @Threads(from = "clients")
    void threadsFrom() {}

    @CoralBenchmark
    @Baseline("older")
    void newer() {}

    @CoralBenchmark(mode = Mode.SCENARIO)
    @Baseline("fine")
    void once() {}

    @CoralBenchmark
    void fine() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class Greedy {
    private int size = Integer.MAX_VALUE;

    @CoralBenchmark(mode = Mode.SCENARIO)
    void a(Blackhole hole) {
      hole.consume(new long[size]);
    }

    @CoralBenchmark(mode = Mode.SCENARIO)
    void b() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class BrokenInTheMidst {
    private int calls;

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 3)
    void second(Metrics metrics) {
      calls++;
      metrics.rawBytes(4000);
      metrics.storedBytes(1000L * calls);
      assertThat(calls).isLessThan(2);
      metrics.addCount("chunks", 3, Better.LOWER);
    }

    @CoralBenchmark(mode = Mode.SCENARIO)
    void first(Metrics metrics) {
      metrics.storedBytes(7);
      throw new IllegalStateException("full");
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Misnaming {
    @CoralBenchmark(mode = Mode.SCENARIO)
    void records(Metrics metrics) {
      assertThatThrownBy(() -> metrics.value("+ decode", 1, "1", Better.NEITHER))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("lower snake case")
          .hasMessageContaining("\"+ decode\"");
      assertThatThrownBy(() -> metrics.addCount("Chunks", 1, Better.NEITHER))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("\"Chunks\"");
      assertThatThrownBy(() -> metrics.ratio("Gain", "a", "b", Better.NEITHER))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("\"Gain\"");
      metrics.storedBytes(7);
    }

    @CoralBenchmark(mode = Mode.SCENARIO)
    void derives(Metrics metrics) {
      metrics.addCount("hits", 3, Better.HIGHER);
      metrics.ratio("hit_rate", "hits", "look_ups", Better.HIGHER);
    }
  }

  static class BrokenSetUp {
    @BeforeEach
    void setUp() {
      throw new IllegalStateException("no disk");
    }

    @CoralBenchmark
    void never() {}
  }

  static class BrokenTearDown {
    @AfterEach
    void tearDown() {
      throw new IllegalStateException("not closed");
    }

    @CoralBenchmark
    void leaky() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Endless {
    @CoralBenchmark
    void waits() throws InterruptedException {
      synchronized (this) {
        while (true) {
          wait();
        }
      }
    }

    @CoralBenchmark(mode = Mode.SCENARIO)
    void fine(Metrics metrics) {
      metrics.rawBytes(1);
    }
  }

  static class Wrong {
    @CoralBenchmark
    int save() {
      return 1;
    }

    @CoralBenchmark
    static void shared(Blackhole hole) {
      hole.consume(1);
    }

    @CoralBenchmark
    @SuppressWarnings("UnusedMethod") // being private is the mistake it shows
    private void hidden() {}

    @CoralBenchmark
    @TestFactory
    Stream<DynamicTest> dynamic() {
      return Stream.of(DynamicTest.dynamicTest("one", () -> {}));
    }

    @CoralBenchmark
    @Test
    void twice() {}

    @CoralBenchmark
    @RepeatedTest(2)
    void often() {}

    @CoralBenchmark
    @ValueSource(ints = 1)
    void backwards(Blackhole hole, int n) {
      hole.consume(n);
    }
  }
}

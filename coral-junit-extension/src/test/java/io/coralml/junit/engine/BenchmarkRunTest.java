package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metric;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A run of benchmarks")
class BenchmarkRunTest {
  @TempDir Path folder;

  @Nested
  @DisplayName("without a profile under a build tool")
  class Functional {
    @Test
    @DisplayName("calls every body once and measures nothing, whatever its profile")
    void callsOnce() {
      Samples.calls = 0;
      var outcome = RunFixture.in(folder).run(Samples.class);

      assertThat(outcome.failures()).isEmpty();
      assertThat(outcome.report().profile()).isEqualTo("functional");
      assertThat(outcome.report().measured()).isFalse();
      assertThat(Samples.calls).isEqualTo(1);
      assertThat(outcome.result("counted").metrics()).isEmpty();
      assertThat(outcome.report().results())
          .extracting(BenchmarkResult::methodName)
          .contains("onlyFull");
    }

    @Test
    @DisplayName("keeps what a scenario records, for a size is not a time")
    void keepsSizes() {
      var outcome = RunFixture.in(folder).run(Samples.class);

      assertThat(outcome.value("stores", "compression_ratio")).isEqualTo(4.0);
    }
  }

  @Nested
  @DisplayName("under a profile")
  class Measured {
    @Test
    @DisplayName("measures throughput: time with its interval, exact allocation, stages, samples")
    void throughput() {
      var outcome = RunFixture.in(folder).measured().run(Samples.class);

      assertThat(outcome.failures()).isEmpty();
      BenchmarkResult result = outcome.result("counted");
      Metric time = result.metrics().get("ns_per_op");
      assertThat(time.value()).isPositive();
      assertThat(time.low()).isLessThanOrEqualTo(time.value());
      assertThat(time.high()).isGreaterThanOrEqualTo(time.value());
      assertThat(result.samples()).isNotEmpty();
      assertThat(result.stages())
          .extracting(stage -> stage.name())
          .containsExactly("first call", "pilot", "warm-up", "measurement");
      assertThat(result.suite()).isEqualTo("samples");
      assertThat(result.tags()).contains("benchmark", "samples");
      assertThat(result.status()).isEqualTo(Status.PASSED);
    }

    @Test
    @DisplayName("counts the bytes an operation allocates exactly")
    void allocation() {
      var outcome = RunFixture.in(folder).measured().run(Samples.class);

      assertThat(outcome.value("allocates", "b_per_op")).isEqualTo(256 + 16);
      assertThat(outcome.value("counted", "b_per_op")).isZero();
    }

    @Test
    @DisplayName("repeats a scenario and derives ratios from the recorded bytes")
    void scenario() {
      var outcome =
          RunFixture.in(folder).measured().with("coral.repetitions", "4").run(Samples.class);

      BenchmarkResult result = outcome.result("stores");
      assertThat(result.samples()).hasSize(4);
      assertThat(result.metrics().get("raw_bytes").value()).isEqualTo(4000);
      assertThat(result.metrics().get("stored_bytes").value()).isEqualTo(1000);
      assertThat(result.metrics().get("compression_ratio").value()).isEqualTo(4.0);
      assertThat(result.metrics().get("space_saved_percent").value()).isEqualTo(75.0);
      assertThat(result.metrics().get("chunks").better()).isEqualTo(Better.LOWER);
    }

    @Test
    @DisplayName("derives MB/s and time per item from what is declared")
    void declaredAmounts() {
      var outcome = RunFixture.in(folder).measured().run(Samples.class);

      Metric time = outcome.result("sums").metrics().get("ns_per_op");
      assertThat(outcome.value("sums", "mb_per_s")).isEqualTo(1024 * 1e3 / time.value());
      assertThat(outcome.value("sums", "ns_per_item")).isEqualTo(time.value() / 128);
    }

    @Test
    @DisplayName("leaves out what only larger profiles include, and says so")
    void leavesOut() {
      var outcome = RunFixture.in(folder).measured().run(Samples.class);

      assertThat(outcome.report().results())
          .extracting(BenchmarkResult::methodName)
          .doesNotContain("onlyFull");
      assertThat(outcome.skipped().values())
          .contains("runs in profile full and above; this is quick");
    }

    @Test
    @DisplayName("runs only the suites that were asked for")
    void suites() {
      var outcome =
          RunFixture.in(folder).measured().with("coral.suites", "other, more").run(Samples.class);

      assertThat(outcome.report().results())
          .extracting(BenchmarkResult::methodName)
          .containsExactly("elsewhere");
    }
  }

  @Nested
  @DisplayName("with arguments")
  class Arguments {
    @Test
    @DisplayName("makes one benchmark of each, with an id that is the same in every run")
    void ids() {
      var first = RunFixture.in(folder.resolve("a")).run(WithArguments.class);
      var second = RunFixture.in(folder.resolve("b")).run(WithArguments.class);

      assertThat(first.failures()).isEmpty();
      List<String> ids = first.report().results().stream().map(BenchmarkResult::id).toList();
      assertThat(ids)
          .contains(
              WithArguments.class.getName() + ".values[size=1]",
              WithArguments.class.getName() + ".values[size=2]",
              WithArguments.class.getName() + ".table[name=a,weight=1.5]",
              WithArguments.class.getName() + ".constants[mode=LATENCY]",
              WithArguments.class.getName() + ".objects[o=Object#1]",
              WithArguments.class.getName() + ".objects[o=Object#2]");
      assertThat(second.report().results()).extracting(BenchmarkResult::id).isEqualTo(ids);
      assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("passes every kind of argument to the measured body unchanged")
    void everyKind() {
      var outcome = RunFixture.in(folder).measured().run(EveryKind.class);

      assertThat(outcome.failures()).isEmpty();
      assertThat(outcome.result("all").metrics()).containsKey("ns_per_op");
    }
  }

  @Nested
  @DisplayName("when something fails")
  class Failing {
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
    @DisplayName("counts a set-up or tear-down that throws against the benchmark")
    void fixtureThrows() {
      var outcome = RunFixture.in(folder).run(BrokenSetUp.class, BrokenTearDown.class);

      assertThat(outcome.report().results())
          .extracting(BenchmarkResult::methodName, BenchmarkResult::status)
          .containsExactlyInAnyOrder(
              org.assertj.core.api.Assertions.tuple("never", Status.FAILED),
              org.assertj.core.api.Assertions.tuple("leaky", Status.FAILED));
    }

    @Test
    @DisplayName("ends a body that never ends, says so, and goes on")
    void endless() {
      var outcome =
          RunFixture.in(folder).measured().with("coral.time-limit", "2s").run(Endless.class);

      assertThat(outcome.failures())
          .singleElement()
          .asString()
          .contains("Endless.waits did not end within 2.0 s; raise coral.time-limit");
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
  }

  @Nested
  @DisplayName("with a benchmark that Jupiter would pass over")
  class Misused {
    @Test
    @DisplayName("fails, naming the method and the remedy")
    void failsLoudly() {
      var outcome = RunFixture.in(folder).run(Wrong.class);

      assertThat(outcome.failures())
          .containsExactlyInAnyOrder(
              "@CoralBenchmark method [int save()] must return void: Jupiter would skip it"
                  + " silently. Consume the result with Blackhole.",
              "@CoralBenchmark method [void shared(Blackhole)] must not be static: Jupiter would"
                  + " skip it silently. Remove static.",
              "@CoralBenchmark method [void hidden()] must not be private: Jupiter would skip it"
                  + " silently. Remove private.");
    }
  }

  @Tag("samples")
  @Profile(BenchmarkProfile.QUICK)
  static class Samples {
    static int calls;
    private double x = 2.5;
    private final byte[] bytes = new byte[1024];

    @BeforeEach
    void declare(Metrics metrics, ProfileSettings settings) {
      assertThat(settings.seed()).isEqualTo(Profiles.DEFAULT_SEED);
      if (calls < 0) {
        metrics.rawBytes(1);
      }
    }

    @CoralBenchmark
    void counted(Blackhole hole) {
      calls++;
      hole.consume(Math.log(x));
    }

    @CoralBenchmark
    void allocates(Blackhole hole) {
      hole.consume(new byte[256]);
    }

    @CoralBenchmark(bytesPerOp = 1024)
    void sums(Blackhole hole, Metrics metrics) {
      metrics.itemsPerOp(128);
      int sum = 0;
      for (byte b : bytes) {
        sum += b;
      }
      hole.consume(sum);
    }

    @CoralBenchmark(mode = Mode.SCENARIO)
    void stores(Metrics metrics) {
      metrics.rawBytes(3000);
      metrics.rawBytes(1000);
      metrics.storedBytes(1000);
      metrics.addCount("chunks", 3, Better.LOWER);
    }

    @CoralBenchmark(suite = "other", mode = Mode.SCENARIO)
    void elsewhere(Metrics metrics) {
      metrics.storedBytes(1);
    }

    @CoralBenchmark
    @Profile(BenchmarkProfile.FULL)
    void onlyFull(Blackhole hole) {
      hole.consume(x);
    }
  }

  static class WithArguments {
    @CoralBenchmark
    @ValueSource(ints = {1, 2})
    void values(int size, Blackhole hole) {
      hole.consume(size);
    }

    @CoralBenchmark
    @CsvSource({"a, 1.5", "b, 2"})
    void table(String name, double weight, Blackhole hole) {
      hole.consume(name.length() * weight);
    }

    @CoralBenchmark
    @EnumSource
    void constants(Mode mode) {
      assertThat(mode).isNotNull();
    }

    @CoralBenchmark
    @MethodSource("things")
    void objects(Object o) {
      assertThat(o).isNotNull();
    }

    static Stream<Object> things() {
      return Stream.of(new Object(), new Object());
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class EveryKind {
    @CoralBenchmark
    @MethodSource("everything")
    void all(
        boolean z,
        byte b,
        short s,
        char c,
        int i,
        long l,
        float f,
        double d,
        String text,
        int[] array,
        Blackhole hole) {
      if (!z || b != -1 || s != -2 || c != '\ufffd' || i != -3 || l != Long.MIN_VALUE) {
        throw new AssertionError("an integral argument arrived changed");
      }
      if (f != 1.5f || d != -0.1 || !text.equals("text") || array.length != 3) {
        throw new AssertionError("an argument arrived changed");
      }
      hole.consume(i);
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> everything() {
      return Stream.of(
          org.junit.jupiter.params.provider.Arguments.of(
              true,
              (byte) -1,
              (short) -2,
              '\ufffd',
              -3,
              Long.MIN_VALUE,
              1.5f,
              -0.1,
              "text",
              new int[3]));
    }
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
  }
}

package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Fresh;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.Stage;
import io.coralml.junit.Status;
import io.coralml.junit.Threads;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A benchmark")
class ModesTest {
  @TempDir Path folder;

  @Nested
  @DisplayName("of latency")
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class LatencyMode {
    private RunFixture.Outcome outcome;

    @BeforeAll
    void run(@TempDir Path reports) {
      outcome = RunFixture.in(reports).measured().run(Latencies.class);
    }

    @Test
    @DisplayName("puts every call into a histogram and reads ascending quantiles from it")
    void quantiles() {
      assertThat(outcome.failures()).isEmpty();
      BenchmarkResult result = outcome.result("closed");
      assertThat(
              new double[] {
                value(result, "p50_ns"),
                value(result, "p90_ns"),
                value(result, "p95_ns"),
                value(result, "p99_ns"),
                value(result, "p999_ns"),
                value(result, "max_ns")
              })
          .isSorted();
      assertThat(result.histogram().stream().mapToLong(HistogramBucket::count).sum())
          .isEqualTo((long) value(result, "calls"));
      Metric median = result.metrics().get("p50_ns");
      assertThat(median.low()).isLessThanOrEqualTo(median.value());
      assertThat(median.high()).isGreaterThanOrEqualTo(median.value());
    }

    @Test
    @DisplayName("counts from the intended start when calls come by a schedule")
    void openLoop() {
      // Each call takes at least 2 ms and one is due every millisecond: the queue can only grow,
      // and whoever waits in it counts as slow. A closed loop would have seen 2 ms for each.
      assertThat(outcome.value("overloaded", "max_ns")).isGreaterThan(20e6);
    }
  }

  @Nested
  @DisplayName("on several threads")
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Threaded {
    private RunFixture.Outcome outcome;

    @BeforeAll
    void run(@TempDir Path reports) {
      outcome = RunFixture.in(reports).measured().run(OnThreads.class);
    }

    @Test
    @DisplayName("runs its body on that many threads, each with a black hole of its own")
    void threads() {
      assertThat(outcome.failures()).isEmpty();
      BenchmarkResult result = outcome.result("shared");
      assertThat(result.settings()).containsEntry("threads", "3");
      // One more saw the first call, through JUnit.
      assertThat(OnThreads.SEEN).hasSizeBetween(3, 4);
      assertThat(OnThreads.HOLES).hasSizeBetween(3, 4);
      assertThat(value(result, "ops_per_s") * value(result, "ns_per_op") / 3e9)
          .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    @DisplayName("takes the number of threads from a parameter")
    void fromParameter() {
      assertThat(outcome.result("scaling[threads=2]").settings()).containsEntry("threads", "2");
      assertThat(outcome.value("together[threads=4]", "calls")).isEqualTo(4);
    }

    @Test
    @DisplayName("fails when one of the threads does, with what it threw")
    void oneFails() {
      var failing = RunFixture.in(folder).measured().run(OneThreadFails.class);

      assertThat(failing.failures()).containsExactly("the third");
      assertThat(failing.result("third").status()).isEqualTo(Status.FAILED);
    }

    @Test
    @DisplayName("names annotation and remedy when the parameter does not exist")
    void noSuchParameter() {
      var wrong = RunFixture.in(folder).measured().run(WrongThreads.class);

      assertThat(wrong.failures())
          .singleElement()
          .asString()
          .contains("@Threads(from = \"workers\") of ModesTest.WrongThreads.body names no int");
    }
  }

  @Nested
  @DisplayName("with a fresh fixture per call")
  class FreshFixtures {
    @Test
    @DisplayName("makes and closes one for each call, outside the timed region")
    void outside() {
      WithFixture.MADE.set(0);
      WithFixture.CLOSED.set(0);
      WithFixture.USED.set(0);
      var outcome = RunFixture.in(folder).measured().run(WithFixture.class);

      assertThat(outcome.failures()).isEmpty();
      assertThat(WithFixture.MADE.get()).isEqualTo(WithFixture.USED.get()).isGreaterThan(3);
      assertThat(WithFixture.CLOSED.get()).isEqualTo(WithFixture.MADE.get());
      // Making one takes at least 3 ms and 1 MB; neither is the body's.
      assertThat(outcome.value("uses", "ns_per_op")).isLessThan(3e6);
      assertThat(outcome.value("uses", "b_per_op")).isLessThan(1000);
    }

    @Test
    @DisplayName("names the method it misses")
    void missing() {
      var outcome = RunFixture.in(folder).run(MissingFixture.class);

      assertThat(outcome.failures())
          .singleElement()
          .asString()
          .contains("@Fresh(\"nothing\") on parameter text of body")
          .contains("MissingFixture.nothing() does not exist")
          .contains("must take no parameters and return String");
    }
  }

  @Nested
  @DisplayName("with a profiler")
  class Profiled {
    @Test
    @DisplayName("has a flight recording of a second pass attached")
    void recording() throws java.io.IOException {
      var outcome =
          RunFixture.in(folder)
              .measured()
              .with("coral.profiler", "jfr")
              .with("coral.profiler.time", "800ms")
              .run(Small.class);

      assertThat(outcome.failures()).isEmpty();
      BenchmarkResult result = outcome.result("small");
      assertThat(result.attachments())
          .extracting(Attachment::name)
          .containsExactly("flight recording", "flame graph");
      assertThat(java.nio.file.Files.size(result.attachments().get(0).file())).isPositive();
      assertThat(java.nio.file.Files.readString(result.attachments().get(1).file()))
          .contains("<title>io.coralml.junit.engine.ModesTest$Small.small, ");
      Stage last = result.stages().get(result.stages().size() - 1);
      assertThat(last.name()).isEqualTo("profile");
      assertThat(last.note()).endsWith("of 800 ms");
    }

    @Test
    @DisplayName("may be async-profiler, which is asked for by its class and refused without it")
    void asyncIsAbsent() {
      var outcome =
          RunFixture.in(folder).measured().with("coral.profiler", "async").run(Small.class);

      assertThat(outcome.failures())
          .singleElement()
          .asString()
          .contains(
              "The option coral.profiler is \"async\", but async-profiler is not on the class")
          .contains("add the test dependency tools.profiler:async-profiler, or use jfr");
    }

    @Test
    @DisplayName("is refused with a profiler nobody knows")
    void unknown() {
      var outcome =
          RunFixture.in(folder).measured().with("coral.profiler", "magic").run(Small.class);

      assertThat(outcome.failures())
          .singleElement()
          .asString()
          .contains("The option coral.profiler is \"magic\"; it must be jfr");
    }
  }

  private static double value(BenchmarkResult result, String metric) {
    return result.metrics().get(metric).value();
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Latencies {
    private double x = 2.5;

    @CoralBenchmark(mode = Mode.LATENCY)
    void closed(Blackhole hole) {
      hole.consume(Math.log(x));
    }

    @CoralBenchmark(mode = Mode.LATENCY, callsPerSecond = 1000)
    void overloaded() {
      takeTwoMillis();
    }

    private static void takeTwoMillis() {
      long end = System.nanoTime() + 2_000_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class OnThreads {
    static final Set<Thread> SEEN = ConcurrentHashMap.newKeySet();
    static final Set<Blackhole> HOLES = ConcurrentHashMap.newKeySet();

    @CoralBenchmark
    @Threads(3)
    void shared(Blackhole hole) {
      SEEN.add(Thread.currentThread());
      HOLES.add(hole);
      hole.consume(1);
    }

    @CoralBenchmark
    @Threads(from = "threads")
    @ValueSource(ints = 2)
    void scaling(int threads, Blackhole hole) {
      hole.consume(threads);
    }

    @CoralBenchmark(mode = Mode.SCENARIO)
    @Threads(from = "threads")
    @ValueSource(ints = 4)
    void together(int threads, Metrics metrics) {
      assertThat(threads).isEqualTo(4);
      metrics.addCount("calls", 1, Better.NEITHER);
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class OneThreadFails {
    private final AtomicInteger calls = new AtomicInteger();

    @CoralBenchmark(mode = Mode.SCENARIO)
    @Threads(4)
    void third() {
      if (calls.incrementAndGet() == 3) {
        throw new IllegalStateException("the third");
      }
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class WrongThreads {
    @CoralBenchmark
    @Threads(from = "workers")
    void body() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class WithFixture {
    static final AtomicInteger MADE = new AtomicInteger();
    static final AtomicInteger CLOSED = new AtomicInteger();
    static final AtomicInteger USED = new AtomicInteger();

    @CoralBenchmark
    void uses(@Fresh("make") Fixture fixture) {
      USED.addAndGet(fixture.unused());
    }

    Fixture make() {
      MADE.incrementAndGet();
      LockSupport.parkNanos(3_000_000);
      return new Fixture(new byte[1 << 20]);
    }

    static final class Fixture implements AutoCloseable {
      private final byte[] bytes;
      private boolean used;

      Fixture(byte[] bytes) {
        this.bytes = bytes;
      }

      int unused() {
        boolean first = !used;
        used = true;
        return first ? 1 + bytes[0] : 1000;
      }

      @Override
      public void close() {
        CLOSED.incrementAndGet();
      }
    }
  }

  static class MissingFixture {
    @CoralBenchmark
    void body(@Fresh("nothing") String text) {
      assertThat(text).isNotNull();
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Small {
    private double x = 2.5;

    @CoralBenchmark(mode = Mode.SCENARIO)
    void small(Metrics metrics) {
      for (int i = 0; i < 1_000_000; i++) {
        x = Math.sqrt(x + i);
      }
      metrics.rawBytes(1);
    }
  }
}

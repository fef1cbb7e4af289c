package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.Status;
import io.coralml.junit.Threads;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A rule of the engine:")
class RulesTest {
  @TempDir Path folder;

  @Nested
  @DisplayName("bodies of every shape are measured,")
  class Shapes {
    @Test
    @DisplayName("inherited, generic, of an interface, with primitives that are never boxed")
    void shapes() {
      var outcome = RunFixture.in(folder).measured().run(OfAllShapes.class);

      assertThat(outcome.failures()).isEmpty();
      assertThat(outcome.report().results())
          .extracting(BenchmarkResult::methodName)
          .containsExactlyInAnyOrder("ofInterface", "generic", "primitives", "protectedOne");
      assertThat(outcome.value("primitives", "b_per_op")).isZero();
      assertThat(outcome.result("ofInterface").className()).isEqualTo(OfAllShapes.class.getName());
    }
  }

  @Nested
  @DisplayName("an argument that no source gives")
  class MissingSource {
    @Test
    @DisplayName("is named, with what to do, and the others still run")
    void named() {
      var outcome = RunFixture.in(folder).run(WithoutSource.class);

      assertThat(outcome.failures())
          .containsExactly(
              "@CoralBenchmark method [WithoutSource.sized] has the parameter [int size] and no"
                  + " argument source; add one, such as @ValueSource, or remove the parameter.");
      assertThat(outcome.result("fine").status()).isEqualTo(Status.PASSED);
    }
  }

  @Nested
  @DisplayName("numbers are published to JUnit,")
  class Entries {
    @Test
    @DisplayName("as one entry with unit and interval, in a measured run only")
    void published() {
      var measured = RunFixture.in(folder.resolve("a")).measured().run(Records.class);
      var functional = RunFixture.in(folder.resolve("b")).run(Records.class);

      assertThat(measured.failures()).isEmpty();
      assertThat(measured.entries())
          .containsEntry("raw_bytes", "100 B")
          .containsEntry("compression_ratio", "4 x")
          .containsEntry("chunks", "7");
      assertThat(measured.entries().get("ns_per_op")).matches("\\[\\S+ \\S+ \\S+] ns/op");
      assertThat(functional.entries()).isEmpty();
    }
  }

  @Nested
  @DisplayName("coral.strict")
  class Strict {
    @Test
    @DisplayName("fails what came back different, and what has a warning")
    void fails() {
      var outcome =
          RunFixture.in(folder)
              .measured()
              .with("coral.strict", "true")
              .with("coral.benchmark-time", "20ms")
              .run(Inexact.class);

      assertThat(outcome.failures())
          .anySatisfy(
              message ->
                  assertThat(message)
                      .contains("Inexact.mismatch: mismatched_elements is 2.0, and coral.strict"))
          .anySatisfy(
              message ->
                  assertThat(message)
                      .contains("Inexact.cut has warnings, and coral.strict allows none: ")
                      .contains("The time budget allowed"));
      // The agent that measures coverage is a warning too.
      boolean agent =
          !Environment.agents(ManagementFactory.getRuntimeMXBean().getInputArguments()).isEmpty();
      assertThat(outcome.result("exact").status()).isEqualTo(agent ? Status.FAILED : Status.PASSED);
    }

    @Test
    @DisplayName("is off unless asked for")
    void off() {
      var outcome = RunFixture.in(folder).measured().run(Inexact.class);

      assertThat(outcome.failures()).isEmpty();
    }
  }

  @Nested
  @DisplayName("a suite that nobody has")
  class UnknownSuite {
    @Test
    @DisplayName("is named in the report, beside those there are")
    void named() {
      var outcome =
          RunFixture.in(folder)
              .measured()
              .with("coral.suites", "records, tpyo")
              .with("coral.benchmark.log-level", "off")
              .run(Records.class);

      assertThat(outcome.report().problems())
          .contains(
              "The option coral.suites names tpyo, to which no benchmark of this run belongs; its"
                  + " suites are records.");
    }
  }

  @Nested
  @DisplayName("as many threads as there are workers")
  class Workers {
    @Test
    @DisplayName("run what asks for them")
    void workers() {
      var outcome =
          RunFixture.in(folder)
              .measured()
              .with("coral.benchmark.workers", "3")
              .run(OnWorkers.class);

      assertThat(outcome.failures()).isEmpty();
      assertThat(outcome.value("together", "calls")).isEqualTo(3);
      assertThat(outcome.value("together", "workers")).isEqualTo(3);
    }
  }

  @Nested
  @DisplayName("memory")
  class Memory {
    @Test
    @DisplayName("that stays is counted, in all and for each operation")
    void retained() {
      Keeps.KEPT.clear();
      var outcome =
          RunFixture.in(folder).measured().with("coral.benchmark-time", "5s").run(Keeps.class);
      Keeps.KEPT.clear();

      assertThat(outcome.failures()).isEmpty();
      // Four repetitions lie between the first and the last of five observations; what other tests
      // have left in this JVM may come and go by ten megabytes, a third of one repetition.
      assertThat(outcome.value("keeps", "retained_bytes")).isBetween(108e6, 160e6);
      assertThat(outcome.value("keeps", "leak_bytes_per_op")).isBetween(27e6, 41e6);
    }

    @Test
    @DisplayName("is watched while latencies are taken, and a schedule nobody can keep is named")
    void latency() {
      var outcome = RunFixture.in(folder).measured().run(SlowServer.class);

      assertThat(outcome.result("serve").metrics()).containsKeys("gc_count", "peak_heap_bytes");
      assertThat(outcome.value("serve", "b_per_op")).isEqualTo(1016);
      assertThat(outcome.result("serve").warnings())
          .anySatisfy(
              warning ->
                  assertThat(warning)
                      .startsWith("The body cannot keep up with 2000 calls per second"));
    }
  }

  @Nested
  @DisplayName("in a run that executes tests in parallel")
  class Parallel {
    @Test
    @DisplayName("nothing runs beside a benchmark")
    void alone() {
      Alone.beside.set(0);
      var outcome =
          RunFixture.in(folder)
              .with("junit.jupiter.execution.parallel.enabled", "true")
              .with("junit.jupiter.execution.parallel.mode.default", "concurrent")
              .with("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
              .with("junit.jupiter.execution.parallel.config.strategy", "fixed")
              .with("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
              .run(Alone.class, Beside.class);

      assertThat(outcome.failures()).isEmpty();
      assertThat(outcome.report().results()).hasSize(3);
      assertThat(Alone.beside).hasValue(0);
    }
  }

  interface OfInterface {
    @CoralBenchmark
    default void ofInterface(Blackhole hole) {
      hole.consume(hashCode());
    }
  }

  abstract static class Generic<T extends Comparable<T>> {
    abstract T value();

    @CoralBenchmark
    void generic(Blackhole hole) {
      hole.consume(value().compareTo(value()));
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class OfAllShapes extends Generic<String> implements OfInterface {
    @Override
    String value() {
      return "value";
    }

    @CoralBenchmark
    @ValueSource(longs = 123_456_789_000L)
    void primitives(long number, Blackhole hole) {
      hole.consume(number + 1);
    }

    @CoralBenchmark
    protected void protectedOne(Blackhole hole) {
      hole.consume(1);
    }
  }

  static class WithoutSource {
    @CoralBenchmark
    void sized(int size, Blackhole hole) {
      hole.consume(size);
    }

    @CoralBenchmark
    void fine() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Records {
    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 3)
    void records(Metrics metrics) {
      metrics.rawBytes(100);
      metrics.storedBytes(25);
      metrics.addCount("chunks", 7, Better.LOWER);
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Inexact {
    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
    void exact(Metrics metrics) {
      metrics.value("mismatched_elements", 0, "1", Better.LOWER);
    }

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
    void mismatch(Metrics metrics) {
      metrics.value("mismatched_elements", 2, "1", Better.LOWER);
    }

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 2)
    void cut() throws InterruptedException {
      Thread.sleep(250);
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class OnWorkers {
    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
    @Threads(Threads.WORKERS)
    void together(Metrics metrics, ProfileSettings settings) {
      metrics.addCount("calls", 1, Better.NEITHER);
      metrics.value("workers", settings.workers(), "1", Better.NEITHER);
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Keeps {
    static final List<byte[]> KEPT = new ArrayList<>();

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 5, leak = true)
    void keeps() {
      KEPT.add(new byte[32 << 20]);
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class SlowServer {
    @CoralBenchmark(mode = Mode.LATENCY, callsPerSecond = 2000)
    void serve(Blackhole hole) {
      hole.consume(new byte[1000]);
      long end = System.nanoTime() + 2_000_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  static class Alone {
    static final AtomicInteger beside = new AtomicInteger();
    static final AtomicInteger running = new AtomicInteger();

    @CoralBenchmark
    @ValueSource(ints = {1, 2, 3})
    void alone(int number) throws InterruptedException {
      beside.addAndGet(running.get());
      Thread.sleep(number);
      beside.addAndGet(running.get());
    }
  }

  static class Beside {
    @RepeatedTest(12)
    void beside() throws InterruptedException {
      Alone.running.incrementAndGet();
      Thread.sleep(3);
      Alone.running.decrementAndGet();
    }
  }
}

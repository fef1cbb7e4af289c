package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The budget")
class BudgetTest {
  @TempDir Path folder;

  @Test
  @DisplayName("is shared evenly, and what one leaves over the others get")
  void leftOver() {
    Budget budget = new Budget(Duration.ofSeconds(12), Duration.ofSeconds(10), 3);

    assertThat(budget.next(1)).isEqualTo(Duration.ofSeconds(4));
    budget.spend(Duration.ofSeconds(2));
    assertThat(budget.next(1)).isEqualTo(Duration.ofSeconds(5));
    budget.spend(Duration.ofSeconds(5));
    assertThat(budget.next(1)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("never starves a benchmark, and never gives one more than the profile allows")
  void bounds() {
    Budget tight = new Budget(Duration.ofSeconds(1), Duration.ofSeconds(2), 1000);
    Budget ample = new Budget(Duration.ofHours(1), Duration.ofSeconds(2), 3);

    assertThat(tight.next(1)).isEqualTo(Budget.LEAST);
    assertThat(ample.next(1)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  @DisplayName("gives what takes turns with a baseline twice as much, and the sum is kept")
  void twice() {
    Budget budget = new Budget(Duration.ofSeconds(9), Duration.ofSeconds(10), 3);

    assertThat(budget.left()).isEqualTo(Duration.ofSeconds(9));
    assertThat(budget.next(2)).isEqualTo(Duration.ofSeconds(6));
    budget.spend(Duration.ofSeconds(6));
    assertThat(budget.next(1)).isEqualTo(Duration.ofSeconds(3));
    assertThat(budget.left()).isEqualTo(Duration.ZERO);
  }

  @Test
  @DisplayName("that was passed by more than 15 % is a remark that names what took longest")
  void overrun() {
    Budget budget = new Budget(Duration.ofSeconds(100), Duration.ofSeconds(10), 3);
    budget.spend(Duration.ofSeconds(115));
    assertThat(budget.overrun(List.of())).isEmpty();
    budget.spend(Duration.ofSeconds(1));
    assertThat(budget.overrun(List.of())).isPresent();
  }

  @Test
  @DisplayName("pays for set-up and tear-down, and the report says who passed it")
  void setUp() {
    var outcome =
        RunFixture.in(folder)
            .measured()
            .with("coral.budget", "300ms")
            .with("coral.benchmark.log-level", "off")
            .run(SlowSetUp.class);

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.report().problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .matches(
                        "Measuring took \\d\\.\\d s of a budget of 0\\.3 s\\. What took longest:"
                            + " BudgetTest\\.SlowSetUp\\.body 0\\.\\d s\\. Give them less data, leave"
                            + " them to a larger profile, or raise coral\\.budget\\."));
  }

  @Test
  @DisplayName("is not spent on a repetition that would not be over in time")
  void repetitions() {
    var outcome =
        RunFixture.in(folder).measured().with("coral.benchmark-time", "200ms").run(Slow.class);

    assertThat(outcome.result("body").samples()).hasSize(1);
    assertThat(outcome.result("body").warnings())
        .contains("The time budget allowed 1 of 3 repetitions.");
  }

  @Nested
  @DisplayName("of a benchmark in forks")
  class InForks {
    private final AtomicLong now = new AtomicLong();

    private ForkShares shares(int forks, int fewest, long allottedMillis) {
      return new ForkShares(forks, fewest, Duration.ofMillis(allottedMillis), now::get);
    }

    private void pass(long millis) {
      now.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    @Test
    @DisplayName("is shared among them, the start of each JVM taken off as soon as it is known")
    void shared() {
      ForkShares shares = shares(2, 1, 10_000);
      assertThat(shares.next()).contains(Duration.ofMillis(4_200));
      pass(6_200);
      shares.ended(Duration.ofMillis(4_200));
      assertThat(shares.next()).contains(Duration.ofMillis(1_800));
      pass(3_800);
      shares.ended(Duration.ofMillis(1_800));
      assertThat(shares.next()).isEmpty();
    }

    @Test
    @DisplayName("costs forks when it is small, but never the first")
    void tooLittle() {
      ForkShares shares = shares(3, 1, 150);
      assertThat(shares.next()).contains(Budget.LEAST);
      pass(2_000);
      shares.ended(Budget.LEAST);
      assertThat(shares.next()).isEmpty();
    }

    @Test
    @DisplayName("is not spent on a fork that could only start")
    void onlyStart() {
      ForkShares shares = shares(3, 1, 6_000);
      assertThat(shares.next()).contains(Duration.ofMillis(1_200));
      pass(3_200);
      shares.ended(Duration.ofMillis(1_200));
      assertThat(shares.next()).contains(Budget.LEAST);
      pass(2_200);
      shares.ended(Budget.LEAST);
      assertThat(shares.next()).isEmpty();
    }

    @Test
    @DisplayName("costs no cold start of the three that it takes")
    void cold() {
      ForkShares shares = shares(7, 3, 150);
      for (int i = 0; i < 3; i++) {
        assertThat(shares.next()).isPresent();
        pass(700);
        shares.ended(Duration.ZERO);
      }
      assertThat(shares.next()).isEmpty();
    }
  }

  @Profile(BenchmarkProfile.QUICK)
  static class SlowSetUp {
    @BeforeEach
    void setUp() throws InterruptedException {
      Thread.sleep(220);
    }

    @AfterEach
    void tearDown() throws InterruptedException {
      Thread.sleep(220);
    }

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
    void body() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Slow {
    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 3)
    void body() throws InterruptedException {
      Thread.sleep(120);
    }
  }
}

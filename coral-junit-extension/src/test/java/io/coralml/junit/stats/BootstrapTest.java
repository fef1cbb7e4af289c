package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The bootstrap")
class BootstrapTest {
  private static final Sample SKEWED = skewed(new Draws(42), 60);

  private final Bootstrap bootstrap = new Bootstrap(2000, 7);

  @Test
  @DisplayName("gives the interval that is written here, on every JDK")
  void golden() {
    Interval interval =
        new Bootstrap(1000, 1).median(Sample.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 0.95);
    assertThat(interval).isEqualTo(new Interval(3, 6, 9));
  }

  @Test
  @DisplayName("draws as SplitMix64 does")
  void generator() {
    Draws draws = new Draws(123);
    SplittableRandom reference = new SplittableRandom(123);
    for (int i = 0; i < 1000; i++) {
      assertThat(draws.bits()).isEqualTo(reference.nextLong());
    }
  }

  @Test
  @DisplayName("gives the same interval for the same seed and another one for another")
  void seeded() {
    assertThat(bootstrap.median(SKEWED, 0.95))
        .isEqualTo(new Bootstrap(2000, 7).median(SKEWED, 0.95));
    List<Interval> intervals =
        IntStream.range(0, 20)
            .mapToObj(seed -> new Bootstrap(200, seed).median(SKEWED, 0.95))
            .distinct()
            .toList();
    assertThat(intervals).hasSizeGreaterThan(1);
  }

  @Test
  @DisplayName("counts ranks to the medians that sorting each resample would give")
  void likeSorting() {
    int n = SKEWED.size();
    Draws draws = new Draws(7);
    double[] sorted = SKEWED.sorted();
    double[] medians = new double[2000];
    int[] place = new int[n];
    double[] values = SKEWED.values();
    for (int i = 0; i < n; i++) {
      place[i] = Arrays.binarySearch(sorted, values[i]);
    }
    for (int i = 0; i < medians.length; i++) {
      double[] drawn = new double[n];
      for (int j = 0; j < n; j++) {
        drawn[j] = sorted[place[draws.below(n)]];
      }
      medians[i] = Sample.of(drawn).median();
    }
    Sample all = Sample.of(medians);
    Interval interval = bootstrap.median(SKEWED, 0.95);
    assertThat(interval.low()).isCloseTo(all.quantile(0.025), within(1e-12));
    assertThat(interval.high()).isCloseTo(all.quantile(0.975), within(1e-12));
  }

  @Test
  @DisplayName("covers the true median about 95 times of 100")
  void coverage() {
    Draws draws = new Draws(2026);
    double truth = Math.log(2);
    int covered = 0;
    for (int run = 0; run < 1000; run++) {
      Interval interval = new Bootstrap(400, run).median(skewed(draws, 40), 0.95);
      covered += interval.contains(truth) ? 1 : 0;
    }
    assertThat(covered).isBetween(920, 975);
  }

  @Test
  @DisplayName("covers the true ratio of two medians about 95 times of 100")
  void ratioCoverage() {
    Draws draws = new Draws(2027);
    int covered = 0;
    for (int run = 0; run < 500; run++) {
      Sample a = Sample.of(Arrays.stream(skewed(draws, 40).values()).map(x -> 3 * x).toArray());
      Interval interval = new Bootstrap(400, run).ratioOfMedians(a, skewed(draws, 40), 0.95);
      covered += interval.contains(3) ? 1 : 0;
    }
    assertThat(covered).isBetween(455, 495);
  }

  @Test
  @DisplayName("gives one value an interval of no width")
  void one() {
    assertThat(bootstrap.median(Sample.of(3), 0.95)).isEqualTo(Interval.exactly(3));
  }

  @Test
  @DisplayName("spans both of two values")
  void two() {
    assertThat(bootstrap.median(Sample.of(3, 5), 0.95)).isEqualTo(new Interval(3, 4, 5));
  }

  @Test
  @DisplayName("gives a constant sample an interval of no width")
  void constant() {
    assertThat(bootstrap.median(Sample.of(3, 3, 3, 3), 0.99)).isEqualTo(Interval.exactly(3));
  }

  @Test
  @DisplayName("is wider at 99 % than at 95 %")
  void confidence() {
    Interval wide = bootstrap.median(SKEWED, 0.99);
    Interval narrow = bootstrap.median(SKEWED, 0.95);
    assertThat(wide.low()).isLessThan(narrow.low());
    assertThat(wide.high()).isGreaterThan(narrow.high());
  }

  @Test
  @DisplayName(
      "refuses too few resamples, a confidence outside 0 to 1, a ratio of what is not positive")
  void refuses() {
    assertThatThrownBy(() -> new Bootstrap(99, 1)).hasMessageContaining("99");
    assertThatThrownBy(() -> bootstrap.median(SKEWED, 1)).hasMessageContaining("confidence");
    assertThatThrownBy(() -> bootstrap.median(SKEWED, Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> bootstrap.ratioOfMedians(SKEWED, Sample.of(1, 0), 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("positive");
    assertThatThrownBy(() -> bootstrap.medianOfForks(List.of(), 0.95))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Nested
  @DisplayName("over forks")
  class Forks {
    @Test
    @DisplayName("that disagree is as wide as they differ, where pooling would be sure of itself")
    void disagreeing() {
      List<Sample> forks = forks(1.0, 1.1, 1.2, 1.3, 1.4);
      Interval pooled = bootstrap.median(Bootstrap.pooled(forks), 0.95);
      Interval honest = bootstrap.medianOfForks(forks, 0.95);
      assertThat(honest.relativeWidth()).isGreaterThan(2 * pooled.relativeWidth());
      assertThat(honest.low()).isLessThan(1.15);
      assertThat(honest.high()).isGreaterThan(1.25);
    }

    @Test
    @DisplayName("that agree is narrow")
    void agreeing() {
      assertThat(bootstrap.medianOfForks(forks(1, 1, 1, 1, 1), 0.95).relativeWidth())
          .isLessThan(0.02);
    }

    @Test
    @DisplayName("draws neighbours together, so that autocorrelation widens the interval")
    void blocks() {
      Draws draws = new Draws(5);
      double[] walk = new double[200];
      for (int i = 1; i < walk.length; i++) {
        walk[i] = 0.9 * walk[i - 1] + draws.gaussian();
      }
      Sample fork = Sample.of(walk);
      double naive = width(bootstrap.median(fork, 0.95));
      double aware = width(bootstrap.medianOfForks(List.of(fork), 0.95));
      assertThat(aware).isGreaterThan(1.8 * naive);
    }

    @Test
    @DisplayName("covers the true median of forks and blocks far more often than pooling does")
    void forkCoverage() {
      Draws draws = new Draws(31);
      int honest = 0;
      int naive = 0;
      for (int run = 0; run < 300; run++) {
        List<Sample> forks = new ArrayList<>();
        for (int f = 0; f < 10; f++) {
          double level = 100 + 2 * draws.gaussian();
          forks.add(
              Sample.of(
                  IntStream.range(0, 20).mapToDouble(i -> level + draws.gaussian()).toArray()));
        }
        Bootstrap small = new Bootstrap(300, run);
        honest += small.medianOfForks(forks, 0.95).contains(100) ? 1 : 0;
        naive += small.median(Bootstrap.pooled(forks), 0.95).contains(100) ? 1 : 0;
      }
      assertThat(honest).isGreaterThan(262);
      assertThat(naive).isLessThan(200);
    }

    private double width(Interval interval) {
      return interval.high() - interval.low();
    }

    private List<Sample> forks(double... levels) {
      Draws draws = new Draws(3);
      return Arrays.stream(levels)
          .mapToObj(
              level ->
                  Sample.of(
                      IntStream.range(0, 30)
                          .mapToDouble(i -> level * (1 + 0.01 * draws.gaussian()))
                          .toArray()))
          .toList();
    }
  }

  /** Values of the exponential distribution, whose median is log 2. */
  private static Sample skewed(Draws draws, int size) {
    return Sample.of(
        IntStream.range(0, size).mapToDouble(i -> -Math.log(1 - draws.uniform())).toArray());
  }
}

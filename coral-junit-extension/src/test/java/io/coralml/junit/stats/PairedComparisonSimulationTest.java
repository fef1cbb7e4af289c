package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.stats.PairedComparison.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * How often a comparison is right, on simulated blocks of 10 ms whose noise is worse than that of a
 * quiet machine: 1.5 % of independent noise per block, as much again that lasts for some blocks
 * (autoregressive, 0.6), interruptions that lengthen one block in twenty by 30 % on average, clock
 * changes of 10 %, and a drift of 10 % over the run. An undecided comparison is given twice as many
 * pairs, up to 480, as a gated run does.
 */
@DisplayName("Over many simulated runs, a comparison at the default margin")
class PairedComparisonSimulationTest {
  private static final int FIRST_PAIRS = 60;
  private static final int MOST_PAIRS = 480;

  @Test
  @DisplayName("raises at most 1 false alarm in 200 on identical code, and calls it the same")
  void identical() {
    Map<Outcome, Integer> outcomes = runs(200, 0);
    assertThat(count(outcomes, Outcome.SLOWER) + count(outcomes, Outcome.FASTER))
        .isLessThanOrEqualTo(1);
    assertThat(count(outcomes, Outcome.SAME)).isGreaterThanOrEqualTo(190);
  }

  @Test
  @DisplayName("finds a slowdown of 5 % at least 95 times of 100")
  void fivePercent() {
    assertThat(count(runs(100, 0.05), Outcome.SLOWER)).isGreaterThanOrEqualTo(95);
  }

  @Test
  @DisplayName("finds a slowdown of 3 % at least 75 times of 100, and never calls it the same")
  void threePercent() {
    Map<Outcome, Integer> outcomes = runs(100, 0.03);
    assertThat(count(outcomes, Outcome.SLOWER)).isGreaterThanOrEqualTo(75);
    assertThat(count(outcomes, Outcome.SAME)).isZero();
  }

  @Test
  @DisplayName("finds a gain of 5 % as well")
  void gain() {
    assertThat(count(runs(100, -0.05), Outcome.FASTER)).isGreaterThanOrEqualTo(95);
  }

  @Test
  @DisplayName("raises at most 1 false alarm in 200 when every fork has a bias of its own")
  void biasedForks() {
    Draws draws = new Draws(5);
    int alarms = 0;
    for (int run = 0; run < 200; run++) {
      List<Sample> forks = new ArrayList<>();
      for (int f = 0; f < 5; f++) {
        forks.add(ratios(blocks(draws, 20, 0.02 * draws.gaussian()), 20));
      }
      Outcome outcome = PairedComparison.of(forks, 0.02, run).outcome();
      alarms += outcome == Outcome.SLOWER || outcome == Outcome.FASTER ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(1);
  }

  private static int count(Map<Outcome, Integer> outcomes, Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0);
  }

  private static Map<Outcome, Integer> runs(int runs, double slowdown) {
    Draws draws = new Draws(2026);
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (int run = 0; run < runs; run++) {
      outcomes.merge(untilDecided(blocks(draws, MOST_PAIRS, slowdown), run), 1, Integer::sum);
    }
    return outcomes;
  }

  private static Outcome untilDecided(double[][] blocks, long seed) {
    Outcome outcome = Outcome.INCONCLUSIVE;
    for (int n = FIRST_PAIRS; n <= MOST_PAIRS && outcome == Outcome.INCONCLUSIVE; n *= 2) {
      outcome =
          PairedComparison.of(ratios(blocks, n), PairedComparison.DEFAULT_MARGIN, seed).outcome();
    }
    return outcome;
  }

  private static Sample ratios(double[][] blocks, int pairs) {
    return PairRatios.of(Arrays.copyOf(blocks[0], pairs), Arrays.copyOf(blocks[1], pairs));
  }

  /** Returns the times of the base and of the candidate, measured in the order ABBA. */
  private static double[][] blocks(Draws draws, int pairs, double slowdown) {
    double sd = 0.015;
    double memory = 0.6;
    double[][] blocks = new double[2][pairs];
    double lasting = 0;
    double clock = 0;
    for (int i = 0; i < 2 * pairs; i++) {
      int pair = i / 2;
      int version = (i + pair) % 2;
      lasting = memory * lasting + Math.sqrt(1 - memory * memory) * sd * draws.gaussian();
      clock = draws.uniform() < 0.02 ? 0.1 * draws.gaussian() : clock;
      double interruption = draws.uniform() < 0.05 ? -0.3 * Math.log(1 - draws.uniform()) : 0;
      double drift = 0.1 * i / (2 * pairs);
      double noise = drift + lasting + clock + sd * draws.gaussian() + interruption;
      blocks[version][pair] = 10e6 * Math.exp(noise) * (version == 1 ? 1 + slowdown : 1);
    }
    return blocks;
  }
}

package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coralml.junit.stats.PairedComparison.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A comparison of pairs")
class PairedComparisonTest {
  private static final double MARGIN = PairedComparison.DEFAULT_MARGIN;

  @Nested
  @DisplayName("decides")
  class Decides {
    @Test
    @DisplayName("slower, when the interval lies wholly beyond the margin")
    void slower() {
      PairedComparison found = compare(around(1.05, 0.01, 60));
      assertThat(found.outcome()).isEqualTo(Outcome.SLOWER);
      assertThat(found.ratio().low()).isGreaterThan(1.02);
      assertThat(found.ratio().value()).isCloseTo(1.05, within(0.005));
      assertThat(found.pSlower()).isLessThan(0.005);
      assertThat(found.pFaster()).isGreaterThan(0.99);
      assertThat(found.sentence())
          .containsPattern(
              "^[45](\\.\\d)? % slower: the 99 % interval \\[1\\.0.*margin of 2 %\\.$");
    }

    @Test
    @DisplayName("faster, likewise on the other side")
    void faster() {
      PairedComparison found = compare(around(0.9, 0.01, 60));
      assertThat(found.outcome()).isEqualTo(Outcome.FASTER);
      assertThat(found.ratio().high()).isLessThan(1 / 1.02);
      assertThat(found.pFaster()).isLessThan(0.005);
      assertThat(found.sentence()).contains("% faster: ").contains("margin of 2 %");
    }

    @Test
    @DisplayName("the same, when the interval lies wholly inside the margin")
    void same() {
      PairedComparison found = compare(around(1, 0.01, 60));
      assertThat(found.outcome()).isEqualTo(Outcome.SAME);
      assertThat(found.sentence()).startsWith("The same: ").contains("inside the margin of 2 %");
    }

    @Test
    @DisplayName("nothing, when the interval reaches across the margin")
    void inconclusive() {
      PairedComparison found = compare(around(1.02, 0.03, 60));
      assertThat(found.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
      assertThat(found.sentence())
          .startsWith("Undecided after 60 pair ratios: ")
          .endsWith("measure longer.");
    }

    @Test
    @DisplayName("nothing from fewer than ten ratios, however clear they are")
    void tooFew() {
      PairedComparison nine = compare(around(2, 0.001, 9));
      assertThat(nine.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
      assertThat(nine.sentence()).contains("9 pair ratios are too few");
      assertThat(compare(around(2, 0.001, 10)).outcome()).isEqualTo(Outcome.SLOWER);
      assertThat(compare(Sample.of(3)).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    }

    @Test
    @DisplayName("by the margin that is asked for")
    void margin() {
      Sample ratios = around(1.05, 0.01, 60);
      assertThat(PairedComparison.of(ratios, 0.10, 1).outcome()).isEqualTo(Outcome.SAME);
      assertThat(PairedComparison.of(ratios, 0.01, 1).outcome()).isEqualTo(Outcome.SLOWER);
    }

    @Test
    @DisplayName("by the fork: where forks disagree, hundreds of pairs in each do not help")
    void forks() {
      List<Sample> forks =
          List.of(around(0.96, 0.01, 100), around(1.04, 0.01, 100), around(1.08, 0.01, 100));
      PairedComparison found = PairedComparison.of(forks, MARGIN, 1);
      assertThat(found.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
      assertThat(found.forks()).isEqualTo(3);
      assertThat(found.pairs()).isEqualTo(300);
    }
  }

  @Test
  @DisplayName("turns around when the two versions change places")
  void symmetric() {
    for (double ratio : new double[] {0.9, 0.97, 1, 1.02, 1.1}) {
      Sample ratios = around(ratio, 0.015, 50);
      Sample reversed = Sample.of(Arrays.stream(ratios.values()).map(r -> 1 / r).toArray());
      PairedComparison one = compare(ratios);
      PairedComparison other = compare(reversed);
      assertThat(other.ratio().value()).isCloseTo(1 / one.ratio().value(), within(1e-12));
      assertThat(other.ratio().low()).isCloseTo(1 / one.ratio().high(), within(1e-12));
      assertThat(other.outcome()).isEqualTo(reverse(one.outcome()));
    }
  }

  @Test
  @DisplayName("is the same for the same seed")
  void seeded() {
    Sample ratios = around(1.03, 0.02, 60);
    assertThat(compare(ratios)).isEqualTo(compare(ratios));
  }

  @Test
  @DisplayName("refuses a margin outside 0 to 1, ratios that are not positive, and no forks")
  void refused() {
    assertThatThrownBy(() -> PairedComparison.of(Sample.of(1), 2, 1)).hasMessageContaining("0.02");
    assertThatThrownBy(() -> compare(Sample.of(1, 0))).hasMessageContaining("positive");
    assertThatThrownBy(() -> PairedComparison.of(List.of(), MARGIN, 1))
        .hasMessageContaining("at least one fork");
  }

  @Nested
  @DisplayName("with a self-check of the machine")
  class SelfCheck {
    private final PairedComparison slower = compare(around(1.1, 0.01, 60));

    @Test
    @DisplayName("stands when identical code stayed inside the margin")
    void quiet() {
      assertThat(slower.trusting(compare(around(1.005, 0.01, 60)))).isSameAs(slower);
    }

    @Test
    @DisplayName("is undecided when identical code left it, and says by how much")
    void noisy() {
      PairedComparison doubted = slower.trusting(compare(around(1.04, 0.01, 60)));
      assertThat(doubted.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
      assertThat(doubted.ratio()).isEqualTo(slower.ratio());
      assertThat(doubted.sentence())
          .containsPattern("identical code differed by [34](\\.\\d)? % .* margin of 2 %")
          .contains("too noisy");
    }
  }

  @Nested
  @DisplayName("takes ratios of pairs")
  class Pairs {
    @Test
    @DisplayName("candidate over base")
    void ratios() {
      assertThat(PairRatios.of(new double[] {10, 20}, new double[] {11, 18}))
          .isEqualTo(Sample.of(1.1, 0.9));
    }

    @Test
    @DisplayName("two by two, so that a steady drift cancels out")
    void balanced() {
      // The machine slows down by 1 % per block; order ABBA; the code is the same.
      double[] base = {1, Math.pow(1.01, 3), Math.pow(1.01, 4), Math.pow(1.01, 7)};
      double[] same = {1.01, Math.pow(1.01, 2), Math.pow(1.01, 5), Math.pow(1.01, 6)};
      assertThat(PairRatios.balanced(base, same).values())
          .containsExactly(new double[] {1, 1}, within(1e-12));
      assertThat(PairRatios.of(base, same).median()).isCloseTo(1, within(1e-4));
    }

    @Test
    @DisplayName("and the last one alone when their number is odd")
    void odd() {
      assertThat(PairRatios.balanced(new double[] {1, 1, 2}, new double[] {4, 1, 6}).values())
          .containsExactly(2, 3);
    }

    @Test
    @DisplayName("but not of unequal numbers of blocks, or of blocks that took no time")
    void refused() {
      assertThatThrownBy(() -> PairRatios.of(new double[] {1}, new double[] {1, 2}))
          .hasMessageContaining("1 and 2");
      assertThatThrownBy(() -> PairRatios.balanced(new double[] {0}, new double[] {1}))
          .hasMessageContaining("no time");
    }
  }

  private static PairedComparison compare(Sample ratios) {
    return PairedComparison.of(ratios, MARGIN, 1);
  }

  @Test
  @DisplayName("stands among a thousand when it is clear, and not when it may be chance")
  void amongMany() {
    double level = new OnlineDiscovery(0.05, 1000).level();
    PairedComparison clear = compare(around(2, 0.05, 60));
    assertThat(clear.pSlower()).isPositive().isLessThan(level);
    assertThat(clear.amongMany(level, 1000)).isSameAs(clear);
    PairedComparison close = compare(around(1.03, 0.012, 40));
    assertThat(close.outcome()).isEqualTo(Outcome.SLOWER);
    assertThat(close.pSlower()).isBetween(level, 0.005);
    PairedComparison among = close.amongMany(level, 1000);
    assertThat(among.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(among.sentence()).contains("of the 1000 comparisons of this run one");
    assertThat(close.amongMany(0.05, 1)).isSameAs(close);
  }

  private static Outcome reverse(Outcome outcome) {
    return switch (outcome) {
      case SLOWER -> Outcome.FASTER;
      case FASTER -> Outcome.SLOWER;
      case SAME, INCONCLUSIVE -> outcome;
    };
  }

  private static Sample around(double ratio, double sd, int size) {
    Draws draws = new Draws(21);
    return Sample.of(
        IntStream.range(0, size)
            .mapToDouble(i -> ratio * Math.exp(sd * draws.gaussian()))
            .toArray());
  }
}

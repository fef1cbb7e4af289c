package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("False-discovery control")
class FalseDiscoveryTest {
  /** The example of the paper of 1995, section 3.2. */
  private static final double[] PAPER = {
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.000
  };

  @Test
  @DisplayName("finds the four discoveries of the paper's example at 5 %")
  void paper() {
    boolean[] found = FalseDiscovery.discoveries(0.05, PAPER);
    for (int i = 0; i < PAPER.length; i++) {
      assertThat(found[i]).as("p = %s", PAPER[i]).isEqualTo(i < 4);
    }
  }

  @Test
  @DisplayName("adjusts p-values so that comparing with the rate gives the same answer")
  void adjusted() {
    double[] adjusted = FalseDiscovery.adjusted(0.01, 0.04, 0.03, 0.005);
    assertThat(adjusted).containsExactly(new double[] {0.02, 0.04, 0.04, 0.02}, within(1e-15));
  }

  @Test
  @DisplayName("leaves a single p-value alone, and nothing is made of nothing")
  void few() {
    assertThat(FalseDiscovery.adjusted(0.03)).containsExactly(0.03);
    assertThat(FalseDiscovery.adjusted()).isEmpty();
  }

  @Test
  @DisplayName("gives equal p-values the same fate")
  void ties() {
    assertThat(FalseDiscovery.discoveries(0.05, 0.04, 0.04, 0.04))
        .containsExactly(true, true, true);
  }

  @Test
  @DisplayName("keeps the share of false ones among the discoveries below the rate")
  void rate() {
    Draws draws = new Draws(8);
    double share = 0;
    int runs = 400;
    for (int run = 0; run < runs; run++) {
      double[] p = new double[50];
      for (int i = 0; i < 50; i++) {
        p[i] = i < 10 ? draws.uniform() / 2000 : draws.uniform();
      }
      boolean[] found = FalseDiscovery.discoveries(0.1, p);
      int all = 0;
      int wrong = 0;
      for (int i = 0; i < 50; i++) {
        all += found[i] ? 1 : 0;
        wrong += found[i] && i >= 10 ? 1 : 0;
      }
      assertThat(all).isGreaterThanOrEqualTo(10);
      share += (double) wrong / all;
    }
    assertThat(share / runs).isBetween(0.05, 0.1);
  }

  @Test
  @DisplayName("refuses what is not a p-value or not a rate")
  void refused() {
    assertThatThrownBy(() -> FalseDiscovery.adjusted(0.5, 1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> FalseDiscovery.adjusted(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> FalseDiscovery.discoveries(0, 0.5)).hasMessageContaining("rate");
  }
}

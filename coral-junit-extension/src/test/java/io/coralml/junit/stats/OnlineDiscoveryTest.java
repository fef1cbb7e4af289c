package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The control of false discoveries over comparisons made one after the other")
class OnlineDiscoveryTest {
  @Test
  @DisplayName("holds each to its share of the rate, and to more after each discovery")
  void shares() {
    OnlineDiscovery control = new OnlineDiscovery(0.05, 20);
    assertThat(control.level()).isEqualTo(0.0025, within(1e-12));
    control.decided(false);
    assertThat(control.level()).isEqualTo(0.0025, within(1e-12));
    control.decided(true);
    assertThat(control.level()).isEqualTo(0.005, within(1e-12));
    assertThat(control.size()).isEqualTo(20);
  }

  @Test
  @DisplayName("counts those that were not planned")
  void unplanned() {
    OnlineDiscovery control = new OnlineDiscovery(0.05, 0);
    assertThat(control.level()).isEqualTo(0.05, within(1e-12));
    control.decided(false);
    assertThat(control.level()).isEqualTo(0.025, within(1e-12));
  }

  @Test
  @DisplayName("keeps the share of false alarms among all alarms below the rate")
  void rate() {
    SplittableRandom random = new SplittableRandom(7);
    double sum = 0;
    int runs = 2000;
    for (int run = 0; run < runs; run++) {
      OnlineDiscovery control = new OnlineDiscovery(0.05, 50);
      int falseOnes = 0;
      int all = 0;
      for (int test = 0; test < 50; test++) {
        boolean changed = test % 10 == 0;
        double p = changed ? random.nextDouble() * 1e-4 : random.nextDouble();
        boolean alarm = p <= control.level();
        control.decided(alarm);
        all += alarm ? 1 : 0;
        falseOnes += alarm && !changed ? 1 : 0;
      }
      sum += all == 0 ? 0 : (double) falseOnes / all;
    }
    assertThat(sum / runs).isBetween(0.001, 0.05);
  }

  @Test
  @DisplayName("refuses a rate that is none")
  void refused() {
    assertThatThrownBy(() -> new OnlineDiscovery(0, 1)).hasMessageContaining("between 0 and 1");
  }
}

package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The modes")
class ModesTest {
  private final Draws draws = new Draws(77);

  @Test
  @DisplayName("of two separate groups are two, where the groups are")
  void two() {
    Modes modes =
        Modes.of(sample(60, i -> (i % 2 == 0 ? 10 : 14) + 0.5 * draws.gaussian()), 0.05, 1);
    assertThat(modes.multimodal()).isTrue();
    assertThat(modes.pValue()).isLessThan(0.05);
    assertThat(modes.peaks()).hasSize(2);
    assertThat(modes.peaks().get(0)).isCloseTo(10, within(0.5));
    assertThat(modes.peaks().get(1)).isCloseTo(14, within(0.5));
  }

  @Test
  @DisplayName("of a fifth of slow blocks are two, though its quartiles do not see it")
  void minority() {
    Modes modes =
        Modes.of(sample(100, i -> (i % 5 == 0 ? 20 : 10) + 0.2 * draws.gaussian()), 0.05, 1);
    assertThat(modes.peaks()).hasSize(2);
  }

  @Test
  @DisplayName("of three groups are three")
  void three() {
    Modes modes = Modes.of(sample(90, i -> 10 * (i % 3) + 0.5 * draws.gaussian()), 0.05, 1);
    assertThat(modes.peaks()).hasSize(3);
  }

  @Test
  @DisplayName("of normal noise are one, but for at most one time in twenty")
  void normal() {
    int multimodal = 0;
    for (int run = 0; run < 60; run++) {
      Modes modes = Modes.of(sample(50, i -> 10 + draws.gaussian()), 0.05, run);
      multimodal += modes.multimodal() ? 1 : 0;
    }
    assertThat(multimodal).isLessThanOrEqualTo(3);
  }

  @Test
  @DisplayName("of skewed times with a few interruptions are one, but for one time in twenty")
  void skewed() {
    int multimodal = 0;
    for (int run = 0; run < 60; run++) {
      Sample times =
          sample(
              60,
              i -> 10 - Math.log(1 - draws.uniform()) + (i % 40 == 7 ? 30 * draws.uniform() : 0));
      multimodal += Modes.of(times, 0.05, run).multimodal() ? 1 : 0;
    }
    assertThat(multimodal).isLessThanOrEqualTo(3);
  }

  @Test
  @DisplayName("of few values, of equal ones and of one value are one, at the median")
  void degenerate() {
    assertThat(Modes.of(Sample.of(1, 1, 1, 9, 9, 9), 0.05, 1))
        .isEqualTo(new Modes(1, List.of(5.0)));
    assertThat(Modes.of(sample(30, i -> 4), 0.05, 1).peaks()).containsExactly(4.0);
    assertThat(Modes.of(Sample.of(3), 0.05, 1).peaks()).containsExactly(3.0);
  }

  @Test
  @DisplayName("do not count a group of less than a twentieth")
  void smallGroup() {
    Sample sample = sample(100, i -> (i % 25 == 0 ? 14 : 10) + 0.5 * draws.gaussian());
    assertThat(Modes.of(sample, 0.05, 1).peaks()).hasSize(1);
  }

  @Test
  @DisplayName("of a clock with two readings are two")
  void ties() {
    assertThat(Modes.of(sample(40, i -> i % 2 == 0 ? 100 : 200), 0.05, 1).peaks())
        .containsExactly(100.0, 200.0);
  }

  @Test
  @DisplayName("are the same for the same seed, and a significance outside 0 to 1 is refused")
  void seeded() {
    Sample sample = sample(40, i -> draws.gaussian());
    assertThat(Modes.of(sample, 0.05, 5)).isEqualTo(Modes.of(sample, 0.05, 5));
    assertThatThrownBy(() -> Modes.of(sample, 5, 5)).hasMessageContaining("significance");
  }

  private static Sample sample(int size, IntToDoubleFunction value) {
    return Sample.of(IntStream.range(0, size).mapToDouble(value).toArray());
  }
}

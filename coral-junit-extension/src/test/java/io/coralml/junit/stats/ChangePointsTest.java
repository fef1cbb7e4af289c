package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The search for change points")
class ChangePointsTest {
  private final ChangePoints search = new ChangePoints(17);

  @Test
  @DisplayName("finds one step of three standard deviations where it is")
  void step() {
    Draws draws = new Draws(1);
    List<ChangePoint> found = search.find(steps(draws, 1, 30, 100, 20, 103));
    assertThat(found).hasSize(1);
    ChangePoint point = found.get(0);
    assertThat(point.index()).isBetween(28, 32);
    assertThat(point.before()).isCloseTo(100, within(0.7));
    assertThat(point.after()).isCloseTo(103, within(0.7));
    assertThat(point.ratio()).isCloseTo(1.03, within(0.012));
    assertThat(point.pValue()).isLessThanOrEqualTo(0.01);
  }

  @Test
  @DisplayName("finds a step up and the step back")
  void upAndBack() {
    List<ChangePoint> found = search.find(steps(new Draws(2), 1, 25, 100, 20, 110, 25, 100));
    assertThat(found).extracting(ChangePoint::index).containsExactly(25, 45);
  }

  @Test
  @DisplayName("finds a change of spread that leaves the level where it is")
  void spread() {
    Draws draws = new Draws(3);
    Sample series =
        Sample.of(
            IntStream.range(0, 120)
                .mapToDouble(i -> 100 + (i < 60 ? 1 : 12) * draws.gaussian())
                .toArray());
    assertThat(search.find(series))
        .extracting(ChangePoint::index)
        .singleElement()
        .satisfies(index -> assertThat(index).isBetween(50, 70));
  }

  @Test
  @DisplayName("finds nothing in noise more often than once in a hundred times")
  void noise() {
    Draws draws = new Draws(4);
    int alarms = 0;
    for (int run = 0; run < 200; run++) {
      alarms += new ChangePoints(run).find(steps(draws, 1, 30, 100)).isEmpty() ? 0 : 1;
    }
    assertThat(alarms).isLessThanOrEqualTo(6);
  }

  @Test
  @DisplayName("ignores a single wild value")
  void spike() {
    double[] values = steps(new Draws(5), 1, 40, 100).values();
    values[20] = 200;
    assertThat(search.find(Sample.of(values))).isEmpty();
  }

  @Test
  @DisplayName("finds nothing in a series that is constant or too short to split")
  void nothing() {
    assertThat(search.find(Sample.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))).isEmpty();
    assertThat(search.find(Sample.of(1, 1, 1, 1, 1, 9, 9, 9, 9))).isEmpty();
    assertThat(search.find(Sample.of(1))).isEmpty();
  }

  @Test
  @DisplayName("gives the same answer for the same seed")
  void seeded() {
    Sample series = steps(new Draws(6), 1, 20, 100, 20, 101);
    assertThat(new ChangePoints(3).find(series)).isEqualTo(new ChangePoints(3).find(series));
  }

  @Test
  @DisplayName("refuses stretches of one value and a significance that the shuffles cannot show")
  void refused() {
    assertThatThrownBy(() -> new ChangePoints(1, 199, 0.01, 1)).hasMessageContaining("2 values");
    assertThatThrownBy(() -> new ChangePoints(5, 50, 0.01, 1)).hasMessageContaining("50");
    assertThatThrownBy(() -> new ChangePoints(5, 199, 0, 1)).hasMessageContaining("significance");
  }

  /** Makes stretches of normal noise: length and level in turn. */
  private static Sample steps(Draws draws, double sd, double... lengthsAndLevels) {
    IntStream stretches = IntStream.range(0, lengthsAndLevels.length / 2);
    return Sample.of(
        stretches
            .boxed()
            .flatMapToDouble(
                s ->
                    IntStream.range(0, (int) lengthsAndLevels[2 * s])
                        .mapToDouble(i -> lengthsAndLevels[2 * s + 1] + sd * draws.gaussian()))
            .toArray());
  }
}

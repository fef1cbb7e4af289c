package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A growth fit")
class GrowthTest {
  private static final double[] SIZES = {16, 32, 64, 128, 256, 512, 1024, 2048};

  @ParameterizedTest
  @EnumSource
  @DisplayName("names the class of exact costs")
  void exact(GrowthClass growthClass) {
    Growth growth = Growth.fit(SIZES, cost(growthClass, 0, new Draws(1)));
    assertThat(growth.growthClass()).isEqualTo(growthClass);
    assertThat(growth.runnerUp()).isNotEqualTo(growthClass);
    assertThat(growth.lead()).isGreaterThan(100);
    assertThat(growth.ambiguous()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("names the class of costs with 3 % of noise at least 95 times of 100")
  void noisy(GrowthClass growthClass) {
    Draws draws = new Draws(growthClass.formula().hashCode());
    int right = 0;
    for (int run = 0; run < 100; run++) {
      right +=
          Growth.fit(SIZES, cost(growthClass, 0.03, draws)).growthClass() == growthClass ? 1 : 0;
    }
    assertThat(right).isGreaterThanOrEqualTo(95);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONSTANT", "LINEAR", "QUADRATIC", "CUBIC"})
  @DisplayName("finds the exponent of a power, inside its interval")
  void exponent(GrowthClass growthClass) {
    Growth growth = Growth.fit(SIZES, cost(growthClass, 0.01, new Draws(3)));
    double truth =
        switch (growthClass) {
          case CONSTANT -> 0;
          case LINEAR -> 1;
          case QUADRATIC -> 2;
          default -> 3;
        };
    assertThat(growth.exponent().value()).isCloseTo(truth, within(0.02));
    assertThat(growth.exponent().contains(truth)).isTrue();
    assertThat(growth.sizes()).isEqualTo(8);
  }

  @Test
  @DisplayName("knows when two classes are hardly distinguishable, and says so")
  void ambiguous() {
    double[] between = Arrays.stream(SIZES).map(n -> n * Math.sqrt(Math.log(n)) * 5).toArray();
    Growth growth = Growth.fit(SIZES, between);
    assertThat(growth.growthClass()).isIn(GrowthClass.LINEAR, GrowthClass.LINEARITHMIC);
    assertThat(growth.runnerUp()).isIn(GrowthClass.LINEAR, GrowthClass.LINEARITHMIC);
    assertThat(growth.ambiguous()).isTrue();
    assertThat(growth.sentence()).contains("hardly distinguishable");
  }

  @Test
  @DisplayName("says in one sentence what it found")
  void sentence() {
    Growth growth = Growth.fit(SIZES, cost(GrowthClass.QUADRATIC, 0.01, new Draws(3)));
    assertThat(growth.sentence())
        .startsWith("Grows like n^2 (exponent 2.0")
        .contains("over 8 sizes")
        .contains("is behind by");
  }

  @Test
  @DisplayName("does not care about the order of sizes or the unit of cost")
  void invariant() {
    double[] n = {2048, 16, 256, 64, 1024, 32, 128, 512};
    double[] cost = Arrays.stream(n).map(x -> 1e-6 * x * x).toArray();
    assertThat(Growth.fit(n, cost).growthClass()).isEqualTo(GrowthClass.QUADRATIC);
  }

  @Nested
  @DisplayName("is refused")
  class Refused {
    @Test
    @DisplayName("under five different sizes, however often each was measured")
    void fewSizes() {
      double[] n = {2, 16, 64, 256, 256, 256};
      assertThatThrownBy(() -> Growth.fit(n, n))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 5 different sizes; got 4");
    }

    @Test
    @DisplayName("when the sizes span less than a factor of 16")
    void narrow() {
      double[] n = {10, 20, 40, 80, 159};
      assertThatThrownBy(() -> Growth.fit(n, n)).hasMessageContaining("factor of 16");
      double[] enough = {10, 20, 40, 80, 160};
      assertThat(Growth.fit(enough, enough).growthClass()).isEqualTo(GrowthClass.LINEAR);
    }

    @Test
    @DisplayName("for sizes below 2, costs that are not positive, NaN, and unequal numbers")
    void outOfRange() {
      double[] withOne = {1, 2, 4, 8, 16};
      double[] n = {2, 4, 8, 16, 32};
      assertThatThrownBy(() -> Growth.fit(withOne, n)).hasMessageContaining("from 2 up");
      assertThatThrownBy(() -> Growth.fit(n, new double[] {1, 2, 0, 4, 5}))
          .hasMessageContaining("positive");
      assertThatThrownBy(() -> Growth.fit(n, new double[] {1, 2, Double.NaN, 4, 5}))
          .hasMessageContaining("NaN");
      assertThatThrownBy(() -> Growth.fit(n, new double[] {1, 2})).hasMessageContaining("5 and 2");
    }
  }

  private static double[] cost(GrowthClass growthClass, double noise, Draws draws) {
    return Arrays.stream(SIZES)
        .map(n -> 7 * growthClass.of(n) * Math.exp(noise * draws.gaussian()))
        .toArray();
  }
}

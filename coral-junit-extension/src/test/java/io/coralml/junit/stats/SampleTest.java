package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A sample")
class SampleTest {
  private final Sample sample = Sample.of(3, 1, 4, 1, 5, 9, 2, 6);

  @Test
  @DisplayName("keeps the order of observation and knows the sorted one")
  void order() {
    assertThat(sample.values()).containsExactly(3, 1, 4, 1, 5, 9, 2, 6);
    assertThat(sample.sorted()).containsExactly(1, 1, 2, 3, 4, 5, 6, 9);
    assertThat(sample.min()).isEqualTo(1);
    assertThat(sample.max()).isEqualTo(9);
  }

  @Test
  @DisplayName("cannot be changed from outside")
  void immutable() {
    double[] values = {1, 2, 3};
    Sample copy = Sample.of(values);
    values[0] = 100;
    copy.values()[1] = 100;
    copy.sorted()[2] = 100;

    assertThat(copy).isEqualTo(Sample.of(List.of(1.0, 2.0, 3.0)));
    assertThat(copy.max()).isEqualTo(3);
  }

  @Test
  @DisplayName("interpolates quantiles as R's type 7 does")
  void quantiles() {
    assertThat(sample.quantile(0)).isEqualTo(1);
    assertThat(sample.quantile(0.25)).isEqualTo(1.75);
    assertThat(sample.median()).isEqualTo(3.5);
    assertThat(sample.quantile(0.9)).isCloseTo(6.9, within(1e-12));
    assertThat(sample.quantile(1)).isEqualTo(9);
  }

  @Test
  @DisplayName("has the moments of the textbook")
  void moments() {
    Sample textbook = Sample.of(2, 4, 4, 4, 5, 5, 7, 9);
    assertThat(textbook.mean()).isEqualTo(5);
    assertThat(textbook.sd()).isCloseTo(Math.sqrt(32.0 / 7), within(1e-15));
    assertThat(Sample.of(1, 1, 2, 2, 4, 6, 9).mad()).isEqualTo(1);
  }

  @Test
  @DisplayName("keeps the spread of small differences between large numbers")
  void cancellation() {
    assertThat(Sample.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16).sd())
        .isCloseTo(Math.sqrt(30), within(1e-9));
  }

  @Test
  @DisplayName("counts outliers by Tukey's fences and drops none")
  void outliers() {
    // Quartiles 3.25 and 7.75 (n=10), distance 4.5: fences at -3.5, 14.5 and -10.25, 21.25.
    Sample withTails = Sample.of(1, 2, 3, 4, 5, 6, 7, 8, 15, 30);
    Outliers outliers = withTails.outliers();

    assertThat(outliers).isEqualTo(new Outliers(0, 0, 1, 1));
    assertThat(outliers.total()).isEqualTo(2);
    assertThat(withTails.size()).isEqualTo(10);
  }

  @Test
  @DisplayName("counts every other value as severe when the quartiles are equal")
  void ties() {
    assertThat(Sample.of(5, 5, 5, 5, 5, 5, 5, 6, 4).outliers()).isEqualTo(new Outliers(1, 0, 0, 1));
  }

  @Test
  @DisplayName("of one value is that value, without spread")
  void one() {
    Sample one = Sample.of(7);
    assertThat(one.median()).isEqualTo(7);
    assertThat(one.quantile(0.99)).isEqualTo(7);
    assertThat(one.sd()).isZero();
    assertThat(one.mad()).isZero();
    assertThat(one.outliers().total()).isZero();
    assertThat(one.autocorrelation().lag1()).isZero();
    assertThat(one.medianByRanks(1.96)).isEqualTo(Interval.exactly(7));
  }

  @Test
  @DisplayName("of two values has their mean as median")
  void two() {
    Sample two = Sample.of(2, 1);
    assertThat(two.median()).isEqualTo(1.5);
    assertThat(two.medianByRanks(1.96)).isEqualTo(new Interval(1, 1.5, 2));
    assertThat(two.autocorrelation().present()).isFalse();
  }

  @Test
  @DisplayName("bounds its median by the ranks of the binomial table: 40 and 61 of 100")
  void ranks() {
    double[] values = new double[100];
    for (int i = 0; i < 100; i++) {
      values[i] = i + 1;
    }
    assertThat(Sample.of(values).medianByRanks(1.96)).isEqualTo(new Interval(40, 50.5, 61));
  }

  @Nested
  @DisplayName("is refused")
  class Refused {
    @Test
    @DisplayName("when it is empty")
    void empty() {
      assertThatThrownBy(() -> Sample.of(new double[0]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least one value");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    @DisplayName("when it holds what is not a finite number, and the message says where")
    void notFinite(double value) {
      assertThatThrownBy(() -> Sample.of(1, 2, value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("number 3")
          .hasMessageContaining(Double.toString(value));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
    @DisplayName("a quantile outside 0 to 1")
    void quantile(double p) {
      assertThatThrownBy(() -> sample.quantile(p))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("between 0 and 1");
    }
  }

  @Nested
  @DisplayName("resembles itself from value to value")
  class Autocorrelated {
    @Test
    @DisplayName("when it drifts")
    void drift() {
      Autocorrelation found = Sample.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).autocorrelation();
      assertThat(found.lag1()).isCloseTo(0.7, within(1e-12));
      assertThat(found.threshold()).isCloseTo(0.6198, within(1e-4));
      assertThat(found.present()).isTrue();
      assertThat(found.blockLength(10)).isEqualTo(2);
    }

    @Test
    @DisplayName("in reverse when it alternates, and then needs no blocks")
    void alternating() {
      Autocorrelation found = Sample.of(1, 2, 1, 2, 1, 2, 1, 2, 1, 2).autocorrelation();
      assertThat(found.lag1()).isCloseTo(-0.9, within(1e-12));
      assertThat(found.present()).isTrue();
      assertThat(found.blockLength(10)).isEqualTo(1);
    }

    @Test
    @DisplayName("never when it is constant")
    void constant() {
      assertThat(Sample.of(4, 4, 4, 4).autocorrelation().lag1()).isZero();
    }
  }
}

package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A trend")
class TrendTest {
  private static final double[] X = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

  @Test
  @DisplayName("of least squares has the slope and interval another implementation finds")
  void oracle() {
    Draws draws = new Draws(11);
    for (int run = 0; run < 50; run++) {
      double[] y = noisy(draws, 3, 5);
      SimpleRegression reference = new SimpleRegression();
      for (int i = 0; i < X.length; i++) {
        reference.addData(X[i], y[i]);
      }
      Interval slope = Trend.leastSquares(X, y, 0.95);
      double reach = reference.getSlopeConfidenceInterval(0.05);
      assertThat(slope.value()).isCloseTo(reference.getSlope(), within(1e-9));
      assertThat(slope.high() - slope.value()).isCloseTo(reach, within(1e-9));
      assertThat(slope.value() - slope.low()).isCloseTo(reach, within(1e-9));
    }
  }

  @Test
  @DisplayName("of Theil and Sen is the median of all slopes, with ranks of Kendall's variance")
  void theilSen() {
    // Ten points: 45 slopes; Kendall's variance 125; 1.96 * 11.18 = 21.9; ranks 11 and 35.
    double[] y = {1, 4, 9, 16, 25, 36, 49, 64, 81, 100};
    double[] slopes =
        IntStream.range(0, 10)
            .boxed()
            .flatMap(i -> IntStream.range(i + 1, 10).mapToObj(j -> X[i] + X[j]))
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    assertThat(Trend.theilSen(X, y, 0.95))
        .isEqualTo(new Interval(slopes[10], slopes[22], slopes[34]));
  }

  @Test
  @DisplayName("of Theil and Sen is not moved by a wild value that turns the one of least squares")
  void robust() {
    double[] y = X.clone();
    y[9] = 1000;
    assertThat(Trend.theilSen(X, y, 0.95).value()).isEqualTo(1);
    assertThat(Trend.leastSquares(X, y, 0.95).value()).isGreaterThan(10);
  }

  @Test
  @DisplayName("contains the true slope about 95 times of 100, both ways")
  void coverage() {
    Draws draws = new Draws(12);
    int squares = 0;
    int ranks = 0;
    for (int run = 0; run < 1000; run++) {
      double[] y = noisy(draws, 2, 7);
      squares += Trend.leastSquares(X, y, 0.95).contains(2) ? 1 : 0;
      ranks += Trend.theilSen(X, y, 0.95).contains(2) ? 1 : 0;
    }
    assertThat(squares).isBetween(930, 970);
    assertThat(ranks).isBetween(925, 985);
  }

  @Test
  @DisplayName("of an exact line is exact")
  void exact() {
    double[] y = IntStream.range(0, 10).mapToDouble(i -> 16 * X[i] + 3).toArray();
    assertThat(Trend.theilSen(X, y, 0.99)).isEqualTo(Interval.exactly(16));
    assertThat(Trend.leastSquares(X, y, 0.99).value()).isCloseTo(16, within(1e-12));
    assertThat(Trend.leastSquares(X, y, 0.99).relativeWidth()).isLessThan(1e-12);
  }

  @Test
  @DisplayName("of Theil and Sen says with infinite ends that four points do not bound it")
  void tooFewForAnInterval() {
    Interval slope = Trend.theilSen(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, 5}, 0.95);
    assertThat(slope.value()).isBetween(1.0, 1.5);
    assertThat(slope.low()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(slope.high()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  @DisplayName("leaves pairs of equal x out")
  void tiesInX() {
    double[] x = {1, 1, 2, 2, 3, 3, 4, 4};
    double[] y = {0, 2, 2, 4, 4, 6, 6, 8};
    assertThat(Trend.theilSen(x, y, 0.95).value()).isEqualTo(2);
  }

  @Test
  @DisplayName("is refused for two points, one x, unequal numbers, NaN, and a wrong confidence")
  void refused() {
    double[] two = {1, 2};
    double[] three = {1, 2, 3};
    assertThatThrownBy(() -> Trend.leastSquares(two, two, 0.95)).hasMessageContaining("3 points");
    assertThatThrownBy(() -> Trend.theilSen(new double[] {1, 1, 1}, three, 0.95))
        .hasMessageContaining("two different x");
    assertThatThrownBy(() -> Trend.theilSen(two, three, 0.95)).hasMessageContaining("2 and 3");
    assertThatThrownBy(() -> Trend.theilSen(three, new double[] {1, Double.NaN, 3}, 0.95))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Trend.leastSquares(three, three, 95)).hasMessageContaining("95");
  }

  private static double[] noisy(Draws draws, double slope, double sd) {
    return IntStream.range(0, X.length)
        .mapToDouble(i -> 100 + slope * X[i] + sd * draws.gaussian())
        .toArray();
  }
}

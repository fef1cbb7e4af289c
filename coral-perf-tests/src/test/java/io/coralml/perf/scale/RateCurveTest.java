package io.coralml.perf.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A curve of rates")
class RateCurveTest {
  private static RateCurve curve(double... rates) {
    RateCurve curve = new RateCurve("commits_per_s", "threads");
    for (int i = 0; i < rates.length; i++) {
      curve.add(1 << i, rates[i]);
    }
    return curve;
  }

  private static SortedMap<Long, Double> rates(int points, double exponent) {
    SortedMap<Long, Double> rates = new TreeMap<>();
    for (int i = 0; i < points; i++) {
      rates.put(1L << i, 100 * Math.pow(1 << i, exponent));
    }
    return rates;
  }

  @Test
  @DisplayName("degrades where less than four fifths of the best rate before is left")
  void degrades() {
    assertThat(curve(100, 200, 161, 159, 300).degradationPoint()).isEqualTo(8);
    assertThat(curve(100, 200, 161, 170).degradationPoint()).isZero();
    assertThat(curve().degradationPoint()).isZero();
  }

  @Test
  @DisplayName("says its exponent, and the class of the time of one where there are enough sizes")
  void sentence() {
    assertThat(RateCurve.sentence(rates(5, 0.5)))
        .isEqualTo("The rate grows with exponent 0.50 (95 % interval 0.50 to 0.50, over 5 sizes).");
    assertThat(RateCurve.sentence(rates(7, 1)))
        .startsWith("The rate grows with exponent 1.00 (95 % interval")
        .contains(" The time of one: Grows like 1 (exponent");
    assertThat(RateCurve.sentence(rates(2, 1))).isEqualTo("too few sizes");
  }

  @Test
  @DisplayName("is drawn with a dot and two labels for each number, the best rate on top")
  void drawn() {
    String svg = curve(100, 400, 200).svg();
    assertThat(svg.split("<circle", -1)).hasSize(4);
    assertThat(svg)
        .contains("points='70.0,230.0 315.0,30.0 560.0,130.0'")
        .contains(">400</text>")
        .contains(">2</text>")
        .contains("commits per s against threads");
  }
}

package io.coralml.junit.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

@Label("A sample, for any values")
class SampleProperties {
  private static final double LARGE = 1e9;

  /**
   * What two right answers may differ by: each of up to 60 additions rounds a sum, and each
   * position between two values a product, by half a unit in the last place of numbers up to 60
   * {@link #LARGE}.
   */
  private static final double ROUNDING = 60 * Math.ulp(60 * LARGE);

  @Property(tries = 300)
  @Label("has the quantiles of type 7, as another implementation finds them")
  void quantilesAgree(
      @ForAll("values") double[] values, @ForAll @DoubleRange(min = 0.01, max = 1) double p) {
    double expected =
        new Percentile().withEstimationType(EstimationType.R_7).evaluate(values, 100 * p);
    assertThat(Sample.of(values).quantile(p)).isCloseTo(expected, within(ROUNDING));
  }

  @Property(tries = 300)
  @Label("has the moments another implementation finds")
  void momentsAgree(@ForAll("values") double[] values) {
    Assume.that(values.length > 1);
    Sample sample = Sample.of(values);
    double sd = new StandardDeviation().evaluate(values);
    assertThat(sample.mean()).isCloseTo(StatUtils.mean(values), within(ROUNDING));
    assertThat(sample.sd()).isCloseTo(sd, within(ROUNDING + 1e-9 * sd));
  }

  @Property(tries = 300)
  @Label("has quantiles that never fall as p rises and never leave the range")
  void monotone(
      @ForAll("values") double[] values,
      @ForAll @DoubleRange(min = 0, max = 1) double p,
      @ForAll @DoubleRange(min = 0, max = 1) double q) {
    Sample sample = Sample.of(values);
    assertThat(sample.quantile(Math.min(p, q)))
        .isLessThanOrEqualTo(sample.quantile(Math.max(p, q)));
    assertThat(sample.quantile(p)).isBetween(sample.min(), sample.max());
  }

  @Property(tries = 300)
  @Label("keeps median, MAD, rank interval and outliers when the order changes")
  void orderFree(@ForAll("values") double[] values) {
    Sample sample = Sample.of(values);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    Sample other = Sample.of(sorted);
    assertThat(other.median()).isEqualTo(sample.median());
    assertThat(other.mad()).isEqualTo(sample.mad());
    assertThat(other.outliers()).isEqualTo(sample.outliers());
    assertThat(other.medianByRanks(1.96)).isEqualTo(sample.medianByRanks(1.96));
  }

  @Property(tries = 300)
  @Label("mirrored has the mirrored median, rank interval and outliers")
  void mirrored(@ForAll("values") double[] values) {
    Sample sample = Sample.of(values);
    Sample mirror = Sample.of(Arrays.stream(values).map(x -> -x).toArray());
    Interval ranks = mirror.medianByRanks(1.96);
    assertThat(ranks.low()).isEqualTo(-sample.medianByRanks(1.96).high());
    assertThat(ranks.high()).isEqualTo(-sample.medianByRanks(1.96).low());
    assertThat(mirror.mad()).isCloseTo(sample.mad(), within(ROUNDING));
  }

  @Property(tries = 300)
  @Label("has an autocorrelation between -1 and 1")
  void correlation(@ForAll("values") double[] values) {
    assertThat(Sample.of(values).autocorrelation().lag1()).isBetween(-1.0, 1.0);
  }

  @Provide
  Arbitrary<double[]> values() {
    return Arbitraries.doubles()
        .between(-LARGE, LARGE)
        .ofScale(4)
        .array(double[].class)
        .ofMinSize(1)
        .ofMaxSize(60);
  }
}

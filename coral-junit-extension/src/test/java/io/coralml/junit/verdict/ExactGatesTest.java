package io.coralml.junit.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Expect;
import io.coralml.junit.Metric;
import io.coralml.junit.report.Results;
import io.coralml.junit.stats.GrowthClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A limit on a metric")
class ExactGatesTest {
  private static final Metric RATIO = Metric.exact("compression_ratio", 12, "x", Better.HIGHER);
  private static final Metric ALLOCATION = Metric.exact("b_per_op", 16, "B/op", Better.LOWER);
  private static final Metric TIME = new Metric("ns_per_op", 100, 90, 110, "ns/op", Better.LOWER);

  private static ExactGates.Outcome check(
      String method, BenchmarkProfile profile, boolean strict, Metric... metrics) {
    Results result = Results.result();
    for (Metric metric : metrics) {
      result.metric(metric);
    }
    return check(method, profile, strict, result.build());
  }

  private static ExactGates.Outcome check(
      String method, BenchmarkProfile profile, boolean strict, BenchmarkResult result) {
    try {
      return ExactGates.check(
          Limits.class.getDeclaredMethod(method), result, List.of(), profile, strict);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private static ExactGates.Outcome quick(String method, Metric... metrics) {
    return check(method, BenchmarkProfile.QUICK, false, metrics);
  }

  /** Methods with limits. */
  static class Limits {
    @Expect(metric = "compression_ratio", value = 12)
    void ratioTwelve() {}

    @Expect(metric = "compression_ratio", value = 12.1)
    void ratioMore() {}

    @Expect(metric = "b_per_op", value = 16)
    void sixteenBytes() {}

    @Expect(metric = "b_per_op", value = 15)
    @Expect(metric = "compression_ratio", min = 13)
    void two() {}

    @Expect(metric = "ns_per_op", max = 90)
    void touchesInterval() {}

    @Expect(metric = "ns_per_op", max = 89)
    void beyondInterval() {}

    @Expect(metric = "mismatched_elements", max = 0)
    @Expect(metric = "b_per_op", max = 0)
    void exact() {}

    @Expect(metric = "files", value = 3)
    void undirected() {}

    @Expect(metric = "files", min = 3, max = 3)
    void between() {}

    @Expect(metric = "ns_per_op", growth = GrowthClass.LINEARITHMIC)
    void sortsAtWorst() {}

    void none() {}
  }

  private static List<BenchmarkResult> sizes(double power, int... sizes) {
    List<BenchmarkResult> results = new ArrayList<>();
    for (int size : sizes) {
      results.add(
          Results.result()
              .name("SortBenchmark.sort")
              .parameter("n", Integer.toString(size))
              .metric(Metric.exact("ns_per_op", Math.pow(size, power), "ns/op", Better.LOWER))
              .build());
    }
    return results;
  }

  private static ExactGates.Outcome growth(List<BenchmarkResult> results) {
    try {
      return ExactGates.check(
          Limits.class.getDeclaredMethod("sortsAtWorst"),
          results.get(results.size() - 1),
          results.subList(0, results.size() - 1),
          BenchmarkProfile.QUICK,
          false);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("on growth fails once the sizes show a worse class, in every profile")
  void growsWorse() {
    ExactGates.Outcome outcome = growth(sizes(2, 10, 30, 100, 300, 1000));
    assertThat(outcome.error()).containsInstanceOf(PerformanceRegressionError.class);
    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .contains("ns_per_op may grow like n log n at worst", "Grows like n^2");
  }

  @Test
  @DisplayName("on growth holds for the class itself and better ones, and with too few sizes")
  void growsWell() {
    assertThat(growth(sizes(1, 10, 30, 100, 300, 1000)).error()).isEmpty();
    assertThat(growth(sizes(1.1, 10, 30, 100, 300, 1000)).error()).isEmpty();
    assertThat(growth(sizes(2, 10, 30, 100, 300)).error()).isEmpty();
    assertThat(growth(sizes(2, 10, 11, 12, 13, 14)).error()).isEmpty();
  }

  @Test
  @DisplayName("has the kind of the worst that it guards")
  void kinds() throws NoSuchMethodException {
    assertThat(ExactGates.kind(Limits.class.getDeclaredMethod("exact"))).contains("integrity");
    assertThat(ExactGates.kind(Limits.class.getDeclaredMethod("two"))).contains("memory");
    assertThat(ExactGates.kind(Limits.class.getDeclaredMethod("ratioMore"))).contains("metric");
    assertThat(ExactGates.kind(Limits.class.getDeclaredMethod("none"))).isEmpty();
  }

  @Test
  @DisplayName("holds when it is just met, whichever way the metric improves")
  void met() {
    assertThat(quick("ratioTwelve", RATIO).error()).isEmpty();
    assertThat(quick("sixteenBytes", ALLOCATION).error()).isEmpty();
    assertThat(quick("none").error()).isEmpty();
  }

  @Test
  @DisplayName("fails with value, limit and unit when it is missed")
  void missed() {
    assertThat(quick("ratioMore", RATIO).error())
        .containsInstanceOf(PerformanceRegressionError.class)
        .hasValueSatisfying(
            e ->
                assertThat(e)
                    .hasMessageContaining("org.example.CodecBenchmark.encode")
                    .hasMessageContaining(
                        "compression_ratio is 12 x, but at least 12.1000 x is expected."));
  }

  @Test
  @DisplayName("prints large numbers with their thousands")
  void thousands() {
    Metric large = Metric.exact("compression_ratio", -5_844_102.5, "x", Better.HIGHER);
    assertThat(quick("ratioMore", large).error())
        .hasValueSatisfying(
            e -> assertThat(e).hasMessageContaining("compression_ratio is -5,844,102.5 x, but"));
  }

  @Test
  @DisplayName("names all that are missed, and the gravest gives the kind")
  void several() {
    ExactGates.Outcome outcome = quick("two", RATIO, ALLOCATION);
    assertThat(outcome.failures()).hasSize(2);
    assertThat(outcome.error()).containsInstanceOf(AllocationRegressionError.class);
    assertThat(
            quick("exact", ALLOCATION, Metric.exact("mismatched_elements", 1, "1", Better.LOWER))
                .error())
        .containsInstanceOf(DataIntegrityError.class);
  }

  @Test
  @DisplayName("on a time is missed only when the whole interval is beyond it")
  void interval() {
    assertThat(check("touchesInterval", BenchmarkProfile.FULL, false, TIME).error()).isEmpty();
    assertThat(check("beyondInterval", BenchmarkProfile.FULL, false, TIME).error()).isPresent();
  }

  @Test
  @DisplayName("on a time is a warning below full, unless gates are strict")
  void advisory() {
    ExactGates.Outcome quick = quick("beyondInterval", TIME);
    assertThat(quick.error()).isEmpty();
    assertThat(quick.warnings()).singleElement().asString().contains("at most 89 ns/op");
    assertThat(check("beyondInterval", BenchmarkProfile.QUICK, true, TIME).error()).isPresent();
    assertThat(check("beyondInterval", BenchmarkProfile.COMPREHENSIVE, false, TIME).error())
        .isPresent();
  }

  @Test
  @DisplayName("on a metric the benchmark does not have is an error in a measured run only")
  void missing() {
    assertThat(check("ratioMore", BenchmarkProfile.FUNCTIONAL, false, ALLOCATION).error())
        .isEmpty();
    assertThatThrownBy(() -> quick("ratioMore", ALLOCATION))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("compression_ratio")
        .hasMessageContaining("it has b_per_op");
  }

  @Test
  @DisplayName("holds in a functional run for what was recorded")
  void functional() {
    assertThat(check("ratioMore", BenchmarkProfile.FUNCTIONAL, false, RATIO).error()).isPresent();
  }

  @Test
  @DisplayName("needs min or max where neither way is better")
  void direction() {
    Metric files = Metric.exact("files", 3, "1", Better.NEITHER);
    assertThat(quick("between", files).error()).isEmpty();
    assertThatThrownBy(() -> quick("undirected", files))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("give min or max");
  }

  @Test
  @DisplayName("cannot hold for what is not a number")
  void notANumber() {
    Metric none = Metric.exact("compression_ratio", Double.NaN, "x", Better.HIGHER);
    assertThat(quick("ratioTwelve", none).error()).isPresent();
  }
}

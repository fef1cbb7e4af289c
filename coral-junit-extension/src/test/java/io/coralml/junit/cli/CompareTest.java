package io.coralml.junit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import io.coralml.junit.report.JsonReporter;
import io.coralml.junit.report.Results;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("coral-bench compare")
class CompareTest extends BenchFixture {
  @ParameterizedTest(name = "{0} ns against {1} ns, each ±{2}: exit {3}, {4}")
  @CsvSource({
    "100, 100, 0.01, 0, SAME",
    "100, 125, 0.01, 1, WORSE",
    "100, 80, 0.01, 0, BETTER",
    "100, 125, 0.2, 0, INCONCLUSIVE",
    "100, 112, 0.02, 0, INCONCLUSIVE",
  })
  void verdicts(double old, double now, double spread, int code, String change) {
    String a = results("a", time(old, spread));
    String b = results("b", time(now, spread));
    assertThat(bench("compare", a, b, "--all")).isEqualTo(code);
    assertThat(out).startsWith(change).contains("ns_per_op");
  }

  @Test
  @DisplayName("prints what became worse first, and what is the same only when asked")
  void order() {
    BenchmarkResult[] old = new BenchmarkResult[3];
    BenchmarkResult[] now = new BenchmarkResult[3];
    double[] times = {80, 100, 150};
    for (int i = 0; i < times.length; i++) {
      old[i] = Results.result().name("A.m" + i).metric(time(100, 0.01)).build();
      now[i] = Results.result().name("A.m" + i).metric(time(times[i], 0.01)).build();
    }
    String a = results("a", "quick", old);
    String b = results("b", "quick", now);
    assertThat(bench("compare", a, b)).isEqualTo(1);
    assertThat(out.lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("WORSE").contains("A.m2"),
            line -> assertThat(line).startsWith("BETTER").contains("A.m0"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "1 worse, 1 better, 1 the same, 0 undecided, 0 failed, 0 missing, 0 new"));
    bench("compare", "--all", a, b);
    assertThat(out.lines())
        .anySatisfy(line -> assertThat(line).startsWith("SAME").contains("A.m1"));
  }

  @Test
  @DisplayName("holds exact values to the letter, by their direction")
  void exact() {
    String a = results("a", ratio(12));
    assertThat(bench("compare", a, results("b", ratio(11.9)))).isEqualTo(1);
    assertThat(bench("compare", a, results("c", ratio(12.1)))).isZero();
    assertThat(out).startsWith("BETTER");
  }

  @Test
  @DisplayName("finds the first byte that a body allocates")
  void fromZero() {
    String a = results("a", Metric.exact("b_per_op", 0, "B/op", Better.LOWER));
    assertThat(bench("compare", a, a)).isZero();
    String b = results("b", Metric.exact("b_per_op", 1, "B/op", Better.LOWER));
    assertThat(bench("compare", a, b)).isEqualTo(1);
  }

  @Test
  @DisplayName("answers as JSON with regression_detected")
  void json() throws IOException {
    String a = results("a", time(100, 0.01));
    assertThat(bench("compare", a, results("b", time(200, 0.01)), "--json")).isEqualTo(1);
    JsonNode root = new ObjectMapper().readTree(out);
    assertThat(root.path("regression_detected").asBoolean()).isTrue();
    assertThat(root.at("/comparisons/0/ratio").asDouble()).isEqualTo(2);
    assertThat(root.at("/comparisons/0/change").asText()).isEqualTo("worse");
  }

  @Test
  @DisplayName("refuses another profile unless forced")
  void profiles() {
    BenchmarkResult result = Results.result().metric(time(100, 0.01)).build();
    String a = results("a", "quick", result);
    String b = results("b", "full", result);
    assertThat(bench("compare", a, b)).isEqualTo(3);
    assertThat(err).contains("Apples and pears: the profile is quick").contains("--force");
    assertThat(bench("compare", a, b, "--force")).isZero();
  }

  @Test
  @DisplayName("refuses another unit unless forced")
  void units() {
    String a = results("a", time(100, 0.01));
    String b = results("b", new Metric("ns_per_op", 100, 99, 101, "ms/op", Better.LOWER));
    assertThat(bench("compare", a, b)).isEqualTo(3);
    assertThat(err).contains("unit of ns_per_op");
  }

  @Test
  @DisplayName("names what only one of the runs has")
  void missing() {
    BenchmarkResult both = Results.result().metric(time(100, 0.01)).build();
    BenchmarkResult one = Results.result().name("A.gone").metric(time(1, 0.01)).build();
    BenchmarkResult two = Results.result().name("A.fresh").metric(time(1, 0.01)).build();
    assertThat(bench("compare", results("a", "quick", both, one), results("b", "quick", both, two)))
        .isZero();
    assertThat(out).containsPattern("MISSING +org.example.A.gone").contains("NEW");
  }

  @Test
  @DisplayName("counts what passed and now fails as worse")
  void failing() throws IOException {
    BenchmarkResult passed = Results.result().metric(time(100, 0.01)).build();
    BenchmarkResult failed =
        Results.result().metric(time(100, 0.01)).failed(new IllegalStateException("x")).build();
    String a = results("a", "quick", passed);
    String b = results("b", "quick", failed);
    assertThat(bench("compare", a, b)).isEqualTo(1);
    assertThat(out).startsWith("FAILED ").contains("1 failed");
    assertThat(bench("compare", a, b, "--json")).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(out).path("failed")).hasSize(1);
    assertThat(bench("compare", b, a)).isEqualTo(3);
  }

  @ParameterizedTest(name = "{0} to {2} against {3} to {5}: exit {6}, {7}")
  @CsvSource({
    "-8, -5, -2, 40, 50, 60, 1, WORSE",
    "40, 50, 60, -8, -5, -2, 0, BETTER",
    "-8, -5, -2, -3, 1, 5, 0, INCONCLUSIVE",
    "-8, -5, -2, -8, -5, -2, 0, SAME",
  })
  @DisplayName("compares what may be below zero by its intervals")
  void signed(
      double low,
      double value,
      double high,
      double nowLow,
      double now,
      double nowHigh,
      int code,
      String change)
      throws IOException {
    String key = "leak_bytes_per_op";
    String a = results("a", new Metric(key, value, low, high, "B/op", Better.LOWER));
    String b = results("b", new Metric(key, now, nowLow, nowHigh, "B/op", Better.LOWER));
    assertThat(bench("compare", a, b, "--all")).isEqualTo(code);
    assertThat(out).startsWith(change);
    bench("compare", a, b, "--json");
    assertThat(new ObjectMapper().readTree(out).at("/comparisons/0").has("ratio")).isFalse();
  }

  @Test
  @DisplayName("refuses another JDK and another mode unless forced")
  void machines() {
    BenchmarkResult result = Results.result().metric(time(100, 0.01)).build();
    String a = resultsOfJdk("a", "17.0.1", result);
    String b = resultsOfJdk("b", "21.0.1", result);
    assertThat(bench("compare", a, b)).isEqualTo(3);
    assertThat(err).contains("the JDK is 17 in the baseline and 21 in the candidate");
    assertThat(bench("compare", a, b, "--force")).isZero();
    BenchmarkResult scenario = Results.result().mode(Mode.SCENARIO).metric(time(100, 0.01)).build();
    String c = results("c", "quick", scenario);
    String d = results("d", "quick", result);
    assertThat(bench("compare", c, d)).isEqualTo(3);
    assertThat(err).contains("the mode of ");
    assertThat(bench("compare", c, d, "--force")).isZero();
  }

  @Test
  @DisplayName("says so when there is nothing to compare")
  void nothing() {
    assertThat(bench("compare", results("a"), results("b"))).isEqualTo(3);
    assertThat(err).contains("no metric in common");
  }

  @Test
  @DisplayName("takes a margin")
  void margin() {
    String a = results("a", time(100, 0.001));
    String b = results("b", time(105, 0.001));
    assertThat(bench("compare", a, b)).isZero();
    assertThat(bench("compare", a, b, "--margin=0.02")).isEqualTo(1);
    for (String none : List.of("wide", "0", "-0.1", "20", "NaN")) {
      assertThat(bench("compare", a, b, "--margin=" + none)).as(none).isEqualTo(2);
    }
  }

  private String resultsOfJdk(String name, String version, BenchmarkResult result) {
    RunReport run = Results.run("quick", folder.resolve(name), result);
    SortedMap<String, String> environment = new TreeMap<>(run.environment());
    environment.put("java_version", version);
    new JsonReporter().runFinished(onMachine(run, environment, name, result));
    return folder.resolve(name).toString();
  }
}

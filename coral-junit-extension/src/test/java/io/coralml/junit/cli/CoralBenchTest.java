package io.coralml.junit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stability;
import io.coralml.junit.report.JsonReporter;
import io.coralml.junit.report.Results;
import io.coralml.junit.verdict.PerformanceRegressionError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("coral-bench")
class CoralBenchTest extends BenchFixture {
  @Test
  @DisplayName("save keeps a baseline that compare finds by its name")
  void save() {
    String a = results("a", time(100, 0.01));
    assertThat(bench("save", a, "v1")).isZero();
    assertThat(bench("compare", "v1", results("b", time(200, 0.01)))).isEqualTo(1);
    assertThat(bench("save", a, "../evil")).isEqualTo(2);
  }

  @Test
  @DisplayName("checks the machine, and ends with a code that says how bad it is")
  void check() throws IOException {
    assertThat(bench("check", folder.toString())).isIn(0, 1);
    assertThat(out).contains("cores", "memory", "disk", "clock", "jdk", "agents");
    assertThat(folder).isEmptyDirectory();
    assertThat(bench("check", "--json")).isIn(0, 1);
    assertThat(new ObjectMapper().readTree(out).at("/findings/0/what").asText()).isEqualTo("cores");
    assertThat(bench("check", "a", "b")).isEqualTo(2);
  }

  @Test
  @DisplayName("helps who asks for it")
  void help() {
    assertThat(bench("--help")).isZero();
    assertThat(out).startsWith("usage: coral-bench");
    assertThat(bench()).isEqualTo(2);
    assertThat(err).startsWith("Say what to do.");
  }

  @Nested
  @DisplayName("with bad input")
  class Bad {
    @ParameterizedTest(name = "[{index}] {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"schema\":1,\"benchm | cannot be read as JSON",
          "{\"hello\":1} | is no result file",
          "{\"schema\":2,\"benchmarks\":[]} | is of schema 2",
          "{\"schema\":1,\"benchmarks\":[{\"id\":\"x\",\"metrics\":{\"Not"
              + " Snake\":{\"better\":\"lower\"}}}]} | holds a metric that is none",
          "{\"schema\":1,\"benchmarks\":[{\"id\":\"x\",\"metrics\":{\"a\":{\"better\":\"up\"}}}]} |"
              + " holds a metric that is none",
        })
    void files(String content, String message) throws IOException {
      Path file = Files.writeString(folder.resolve("x.json"), content);
      assertThat(bench("insights", file.toString())).isEqualTo(3);
      assertThat(err.lines()).singleElement().asString().contains(message).contains("x.json");
    }

    @Test
    @DisplayName("answers 3 for a file that is not there and 2 for a word it does not know")
    void usage() {
      assertThat(bench("insights", folder.resolve("none.json").toString())).isEqualTo(3);
      assertThat(err).contains("There is no result file");
      assertThat(bench("dance")).isEqualTo(2);
      assertThat(bench("compare", "one")).isEqualTo(2);
      assertThat(bench("insights", "x", "--loud")).isEqualTo(2);
      assertThat(err).contains("usage: coral-bench");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
        delimiter = '|',
        value = {
          "insights x --loud | There is no option --loud.",
          "compare one | compare is about 2 things, not 1.",
          "dance | There is no verb dance.",
          "compare a b --margin=wide | --margin=wide is no share",
          "compare a b --margin=-1 | --margin=-1 is no share",
          "compare a b --margin=NaN | --margin=NaN is no share",
          "compare a b --margin | --margin needs a value",
        })
    void says(String line, String reason) {
      assertThat(bench(line.split(" ", -1))).isEqualTo(2);
      assertThat(err).startsWith(reason).contains("usage: coral-bench");
      assertThat(out).isEmpty();
    }
  }

  @Nested
  @DisplayName("report")
  class Report {
    @Test
    @DisplayName("is one page with the tables, the plots and what stands out")
    void page() throws IOException {
      String run =
          results(
              "a",
              "quick",
              Results.throughput(),
              Results.result()
                  .name("CodecBenchmark.decode")
                  .failed(new PerformanceRegressionError("<slower> by 10 %"))
                  .build());
      Path page = folder.resolve("page.html");
      assertThat(bench("report", run, "--out=" + page, "--history=" + folder.resolve("none")))
          .isZero();
      assertThat(out).contains("Report: " + page);
      assertThat(Files.readString(page))
          .contains("1 passed, 1 failed", "data:image/svg+xml;base64,", "1 of 2 benchmarks passed")
          .contains("PerformanceRegressionError: &lt;slower&gt; by 10 %", "ns_per_op", "OpenJDK")
          .doesNotContain("http://", "https://", "<script");
    }

    @Test
    @DisplayName("of a file that is none, or into a place that cannot be written, is one sentence")
    void bad() throws IOException {
      Path torn = Files.writeString(folder.resolve("torn.json"), "{\"schema\":1,\"bench");
      assertThat(bench("report", torn.toString())).isEqualTo(3);
      assertThat(err).contains("torn.json", "cut short");
      String run = results("a", ratio(2));
      Path file = Files.writeString(folder.resolve("file"), "");
      assertThat(bench("report", run, "--out=" + file.resolve("page.html"))).isEqualTo(3);
      assertThat(err).contains("cannot be written to");
    }
  }

  @Nested
  @DisplayName("insights")
  class Insights {
    @Test
    @DisplayName("name what stands out, and differ when the numbers do")
    void differ() {
      String good =
          results(
              "a",
              "quick",
              Results.result().name("A.fast").metric(time(10, 0.01)).metric(ratio(12)).build(),
              Results.result().name("A.slow").metric(time(10_000, 0.01)).build());
      assertThat(bench("insights", good)).isZero();
      assertThat(out)
          .contains("2 of 2 benchmarks passed under profile quick.")
          .contains("org.example.A.slow{} is slowest (10.0 µs) and org.example.A.fast{} fastest")
          .contains("compresses best (12.00x); 1 of 1 reach 5x.")
          .contains("2 of 2 benchmarks with blocks were steady.")
          .doesNotContain("->");
      String bad =
          results(
              "b",
              "quick",
              Results.result()
                  .name("A.fast")
                  .label(Stability.UNSTEADY)
                  .metric(time(10, 0.01))
                  .metric(ratio(0.8))
                  .metric(Metric.exact("mismatched_elements", 3, "1", Better.LOWER))
                  .build(),
              Results.result().name("A.slow").failed(new AssertionError("x")).build());
      assertThat(bench("insights", bad)).isZero();
      assertThat(out)
          .contains("1 of 2 benchmarks passed")
          .contains("-> Repair org.example.A.slow{} first")
          .contains(
              "-> Stop and find out why 3 elements of org.example.A.fast{} came back changed.")
          .contains("-> Measure on a quieter machine or with a larger profile: 1 of 1")
          .contains("it stores more than it was given (ratio 0.80)");
    }

    @Test
    @DisplayName("say who allocates most, and that an agent was in the JVM")
    void allocationAndAgents() {
      Metric little = Metric.exact("b_per_op", 16, "B/op", Better.LOWER);
      Metric much = Metric.exact("b_per_op", 4096, "B/op", Better.LOWER);
      BenchmarkResult first = Results.result().name("A.one").metric(little).build();
      BenchmarkResult second = Results.result().name("A.two").metric(much).build();
      RunReport run = Results.run("quick", folder.resolve("a"), first, second);
      new JsonReporter().runFinished(run);
      bench("insights", folder.resolve("a").toString());
      assertThat(out)
          .contains("org.example.A.two{} allocates most: 4,096 B/op.")
          .doesNotContain("Measure without");
      SortedMap<String, String> environment = new TreeMap<>(run.environment());
      environment.put("agents", "a debugger");
      new JsonReporter().runFinished(onMachine(run, environment, "b", first));
      bench("insights", folder.resolve("b").toString());
      assertThat(out)
          .contains("org.example.A.one{} allocates most: 16 B/op.")
          .contains(
              "-> Measure without a debugger: an agent in the JVM changes how fast code runs.");
    }

    @Test
    @DisplayName("see a loop in a loop, and not a plain scan")
    void growth() {
      BenchmarkResult[] square = new BenchmarkResult[6];
      BenchmarkResult[] linear = new BenchmarkResult[6];
      for (int i = 0; i < 6; i++) {
        double n = 8 << i;
        String size = String.valueOf((int) n);
        square[i] = Results.result().parameter("n", size).metric(time(3 * n * n, 0.01)).build();
        linear[i] = Results.result().parameter("n", size).metric(time(3 * n, 0.01)).build();
      }
      bench("insights", results("a", "quick", square));
      assertThat(out)
          .contains("CodecBenchmark.encode: Grows like n^2")
          .contains("-> Look for a loop in a loop in CodecBenchmark.encode");
      bench("insights", results("b", "quick", linear));
      assertThat(out).contains("CodecBenchmark.encode: Grows like n (").doesNotContain("->");
    }

    @Test
    @DisplayName("as JSON")
    void json() throws IOException {
      bench("insights", results("a", time(10, 0.01)), "--json");
      assertThat(new ObjectMapper().readTree(out).path("insights")).isNotEmpty();
    }
  }

  @Nested
  @DisplayName("history")
  class History {
    private String line(String machine, int day, double value) {
      return String.format(
          java.util.Locale.ROOT,
          "{\"schema\":1,\"time\":\"2026-11-%02dT00:00:00Z\",\"machine\":\"%s\",\"jdk\":\"17\","
              + "\"profile\":\"quick\",\"commit\":\"c%d\",\"benchmarks\":{\"A.b\":"
              + "{\"ns_per_op\":{\"value\":%f}}}}",
          day,
          machine,
          day,
          value);
    }

    @Test
    @DisplayName("finds the run in which a series changed, and keeps machines apart")
    void change() throws IOException {
      List<String> lines = new ArrayList<>();
      for (int day = 1; day <= 24; day++) {
        lines.add(line("m1", day, (day < 13 ? 100 : 130) + day % 3));
        lines.add(line("m2", day, 500 + day % 3));
      }
      Files.write(folder.resolve("history.jsonl"), lines);
      assertThat(bench("history", folder.toString())).isZero();
      assertThat(out)
          .contains("48 runs, 1 change")
          .contains("m1, JDK 17, profile quick: A.b/ns_per_op changed by +")
          .contains("at 2026-11-13T00:00:00Z, commit c13");
    }

    @Test
    @DisplayName("leaves out a last line that is cut short, but no other")
    void torn() throws IOException {
      Path file = folder.resolve("history.jsonl");
      String whole = line("m", 1, 100);
      Files.writeString(file, whole + "\n" + whole.substring(0, 40));
      assertThat(bench("history", folder.toString())).isZero();
      assertThat(out).startsWith("1 run, 0 changes");
      Files.writeString(file, whole.substring(0, 40) + "\n" + whole);
      assertThat(bench("history", folder.toString())).isEqualTo(3);
      assertThat(err).contains("Line 1 of");
    }

    @Test
    @DisplayName("that is not there is one sentence")
    void none() {
      assertThat(bench("history", folder.resolve("x").toString())).isEqualTo(3);
      assertThat(err).contains("There is no history to read");
    }
  }
}

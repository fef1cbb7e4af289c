package io.coralml.allure;

import static io.coralml.allure.Reactor.BEFORE;
import static io.coralml.allure.Reactor.DURING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The step that renders the report")
class ReportBuildTest {
  private static final String TEST_RESULT =
      """
      {"uuid":"u","name":"keeps a NaN","labels":[
        {"name":"package","value":"org.example"},
        {"name":"testClass","value":"org.example.CodecTest"},
        {"name":"suite","value":"A codec"}]}
      """;

  @TempDir Path folder;
  private Reactor reactor;
  private String printed = "";

  @BeforeEach
  void reactor() {
    reactor = new Reactor(folder);
  }

  private int run(String goals, String... modules) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code =
        new ReportBuild(
                reactor.options(goals, modules),
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8))
            .run();
    printed = out.toString(StandardCharsets.UTF_8);
    return code;
  }

  private JsonNode input(String name) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve("allure-config/target/allure-input").resolve(name).toFile());
  }

  @Test
  @DisplayName("leaves one file and says where it is")
  void report() {
    reactor.allure().passed("core", "ATest", DURING);
    assertThat(run("test", "core")).isZero();
    Path index = folder.resolve("allure-config/target/report/index.html");
    assertThat(index).content().contains("--single-file").contains("analytics off: 1");
    assertThat(printed.strip()).endsWith("Report: " + index);
    assertThat(printed).contains("Tests: 1 passed, 0 failed, 0 skipped");
  }

  @Test
  @DisplayName("renders it all the same when a test fails, and answers 1 with the list")
  void failing() {
    reactor.allure().failed("core", "ATest", "expected 1", DURING);
    assertThat(run("test", "core")).isEqualTo(1);
    assertThat(folder.resolve("allure-config/target/report/index.html")).exists();
    assertThat(printed).contains("FAILED core: ATest.works").contains("expected 1");
    assertThat(folder.resolve("allure-config/target/last-lines.txt"))
        .as("what the end of the build repeats")
        .content()
        .isEqualTo(printed.stripLeading());
  }

  @Test
  @DisplayName("answers 3 without Allure, and still prints what failed")
  void withoutAllure() {
    reactor.failed("core", "ATest", "expected 1", DURING);
    assertThat(run("test", "core")).isEqualTo(3);
    assertThat(printed)
        .contains("FAILED core: ATest.works")
        .contains("No report: The Allure command line is not in");
  }

  @Test
  @DisplayName("answers 3 when Allure fails, with its last words and without an older report")
  void allureFails() {
    reactor
        .allure()
        .passed("core", "ATest", DURING)
        .file("allure-config/target/report/index.html", "old", BEFORE)
        .file("core/target/allure-results/fail-result.json", "{}", DURING);
    assertThat(run("test", "core")).isEqualTo(3);
    assertThat(printed).contains("stand-in told to fail");
    assertThat(folder.resolve("allure-config/target/report/index.html")).doesNotExist();
  }

  @Test
  @DisplayName("answers 3 in one sentence when the target cannot be written")
  void unwritable() {
    reactor.allure().passed("core", "ATest", DURING).file("allure-config/target", "a file", DURING);
    assertThat(run("test", "core")).isEqualTo(3);
    assertThat(printed).contains("No report: The report cannot be written");
  }

  @Test
  @DisplayName("hands Allure the results of this run only, each with its module")
  void collects() throws IOException {
    reactor
        .allure()
        .passed("core", "ATest", DURING)
        .file("core/target/allure-results/new-result.json", TEST_RESULT, DURING)
        .file("core/target/allure-results/old-result.json", TEST_RESULT, BEFORE)
        .file("core/target/allure-results/x-attachment.csv", "1", DURING)
        .file("other/target/allure-results/other-result.json", TEST_RESULT, DURING);
    assertThat(run("test", "core")).isZero();
    Path input = folder.resolve("allure-config/target/allure-input");
    assertThat(input.resolve("old-result.json")).doesNotExist();
    assertThat(input.resolve("other-result.json")).doesNotExist();
    assertThat(input.resolve("x-attachment.csv")).hasContent("1");
    assertThat(input("new-result.json").path("labels"))
        .contains(label("epic", "core"), label("feature", "org.example"))
        .contains(label("story", "CodecTest"), label("parentSuite", "core"));
  }

  @Test
  @DisplayName("leaves the epic and feature of a benchmark as they are")
  void keepsLabels() throws IOException {
    String benchmark =
        "{\"labels\":[{\"name\":\"epic\",\"value\":\"coral\"},{\"name\":\"feature\",\"value\":\"io\"}]}";
    reactor
        .allure()
        .passed("core", "ATest", DURING)
        .file("core/target/allure-results/b-result.json", benchmark, DURING);
    run("test", "core");
    assertThat(input("b-result.json").path("labels"))
        .contains(label("epic", "coral"))
        .doesNotContain(label("epic", "core"));
  }

  @Test
  @DisplayName("remembers a measured run outside target and counts on from there")
  void history() throws IOException {
    reactor
        .allure()
        .passed("core", "ATest", DURING)
        .benchmarkPassed("perf", "ABenchmark")
        .summary("perf", 1, "", DURING)
        .results(
            "perf",
            "{\"schema\":1,\"profile\":\"quick\",\"seed\":42,\"environment\":"
                + "{\"cpu\":\"a:b=c\"},\"benchmarks\":[{}]}",
            DURING);
    assertThat(run("verify", "core", "perf")).isZero();
    assertThat(input("executor.json").path("buildOrder").asInt()).isEqualTo(1);
    assertThat(folder.resolve(".coral-history/allure/quick/history-trend.json")).exists();
    assertThat(run("verify", "core", "perf")).isZero();
    assertThat(input("executor.json").path("buildOrder").asInt()).isEqualTo(8);
    assertThat(input("history/history-trend.json").path(0).path("buildOrder").asInt()).isEqualTo(7);
    Properties environment = new Properties();
    try (var in =
        Files.newInputStream(
            folder.resolve("allure-config/target/allure-input/environment.properties"))) {
      environment.load(in);
    }
    assertThat(environment)
        .containsEntry("cpu", "a:b=c")
        .containsEntry("seed", "42")
        .containsEntry("profile", "quick");
  }

  @Test
  @DisplayName("counts the comparisons with older code that decided something and that did not")
  void comparisons() {
    String compared = "{\"settings\":{\"verdict\":\"%s: because\"}}";
    reactor
        .allure()
        .passed("core", "ATest", DURING)
        .benchmarkPassed("perf", "ABenchmark")
        .summary("perf", 3, "", DURING)
        .results(
            "perf",
            "{\"schema\":1,\"profile\":\"quick\",\"seed\":42,\"environment\":{},\"benchmarks\":[{},"
                + String.format(compared, "SAME")
                + ","
                + String.format(compared, "INCONCLUSIVE")
                + "]}",
            DURING);
    assertThat(run("verify", "core", "perf")).isZero();
    assertThat(printed).contains("Comparisons with older code: 1 decided, 1 undecided");
  }

  @Test
  @DisplayName("does not remember a run that measured nothing")
  void noHistoryWithoutMeasuring() {
    reactor.allure().passed("core", "ATest", DURING);
    run("test", "core");
    assertThat(folder.resolve(".coral-history")).doesNotExist();
  }

  @Test
  @DisplayName("refuses an option it does not know")
  void unknownOption() {
    assertThatThrownBy(() -> RunOptions.parse(List.of("--rot=x")))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("--rot=x")
        .hasMessageContaining("--root");
  }

  private static JsonNode label(String name, String value) {
    return new ObjectMapper().createObjectNode().put("name", name).put("value", value);
  }
}

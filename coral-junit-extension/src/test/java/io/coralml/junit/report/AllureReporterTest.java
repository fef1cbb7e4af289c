package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.qameta.allure.AllureLifecycle;
import io.qameta.allure.AllureResultsWriter;
import io.qameta.allure.model.Label;
import io.qameta.allure.model.TestResult;
import io.qameta.allure.model.TestResultContainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What Allure is told of a benchmark")
class AllureReporterTest {
  /** Keeps what Allure would have written. */
  private static final class Memory implements AllureResultsWriter {
    final List<TestResult> results = new ArrayList<>();
    final Map<String, String> attachments = new TreeMap<>();

    @Override
    public void write(TestResult testResult) {
      results.add(testResult);
    }

    @Override
    public void write(TestResultContainer testResultContainer) {}

    @Override
    public void write(String source, InputStream attachment) {
      try {
        attachments.put(source, new String(attachment.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Memory memory = new Memory();

  private TestResult report(BenchmarkResult result, boolean visualize) {
    return report(result, visualize, result.className());
  }

  private TestResult report(BenchmarkResult result, boolean visualize, String testClass) {
    AllureLifecycle lifecycle = new AllureLifecycle(memory);
    TestResult running =
        new TestResult().setUuid("1").setName("encode").setHistoryId("listener's own");
    running.getLabels().add(new Label().setName("suite").setValue("listener's own"));
    running.getLabels().add(new Label().setName("thread").setValue("main"));
    running.getLabels().add(new Label().setName("testClass").setValue(testClass));
    lifecycle.scheduleTestCase(running);
    lifecycle.startTestCase("1");
    reporter(lifecycle, visualize).benchmarkFinished(result);
    lifecycle.stopTestCase("1");
    lifecycle.writeTestCase("1");
    return memory.results.get(memory.results.size() - 1);
  }

  private static AllureReporter reporter(AllureLifecycle lifecycle, boolean visualize) {
    AllureReporter reporter =
        new AllureReporter(
            lifecycle,
            "Coral",
            visualize,
            "",
            new Again("run {test} with {profile}", "old.jar"),
            Map.of("GITHUB_SERVER_URL", "https://forge.test", "GITHUB_REPOSITORY", "a/b"));
    reporter.runStarted("quick", Map.of("git_commit", "0123456789abcdef"));
    return reporter;
  }

  @Test
  @DisplayName("a link to the commit, where the CI service says where that is")
  void linked() {
    assertThat(report(Results.throughput(), true).getLinks())
        .singleElement()
        .satisfies(
            link -> {
              assertThat(link.getName()).isEqualTo("commit 01234567");
              assertThat(link.getUrl()).isEqualTo("https://forge.test/a/b/commit/0123456789abcdef");
            });
    assertThat(CommitLink.of("ab", Map.of("CI_PROJECT_URL", "https://lab.test/x")))
        .hasValueSatisfying(
            link -> assertThat(link.getUrl()).isEqualTo("https://lab.test/x/-/commit/ab"));
    assertThat(CommitLink.of("ab", Map.of())).isEmpty();
    assertThat(CommitLink.of("", Map.of("CI_PROJECT_URL", "https://lab.test/x"))).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"integrity, blocker", "memory, critical", "pair, critical", "time, normal"})
  @DisplayName("a severity from the gravest gate")
  void severity(String gate, String severity) {
    BenchmarkResult result =
        Results.result().setting("profile", "quick").setting("gate", gate).build();
    assertThat(labels(report(result, true))).contains("severity=" + severity);
  }

  private static List<String> labels(TestResult test) {
    return test.getLabels().stream().map(l -> l.getName() + "=" + l.getValue()).toList();
  }

  @Test
  @DisplayName("epic, feature, story and the profile as a tag; other labels stay")
  void labelled() {
    assertThat(labels(report(Results.throughput(), true)))
        .contains("epic=Coral", "feature=compression", "story=CodecBenchmark", "tag=quick")
        .contains("parentSuite=compression", "layer=benchmark", "thread=main")
        .doesNotContain("suite=listener's own");
  }

  @Test
  @DisplayName("only inputs as parameters, values as a table, stages as steps")
  void described() {
    TestResult test = report(Results.throughput(), true);
    assertThat(test.getParameters())
        .singleElement()
        .satisfies(p -> assertThat(p.getName() + p.getValue()).isEqualTo("size1024"));
    assertThat(test.getName()).isEqualTo("encode [size=1024]");
    assertThat(test.getDescriptionHtml())
        .contains("ns_per_op", "1.251", "µs/op")
        .contains("data:image/svg+xml;base64,")
        .contains("run CodecBenchmark#encode with quick")
        .contains(" -Dcoral.baseline=old.jar");
    assertThat(test.getSteps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.getName()).isEqualTo("pilot: 8192 operations per block");
              assertThat(step.getStop() - step.getStart()).isEqualTo(120);
            });
  }

  @Test
  @DisplayName("a history id that does not depend on what was measured, but on arguments")
  void history() {
    String id = report(Results.throughput(), true).getHistoryId();
    BenchmarkResult slower =
        Results.result()
            .parameter("size", "1024")
            .metric(Metric.exact("ns_per_op", 99_999, "ns/op", Better.LOWER))
            .build();
    BenchmarkResult larger = Results.result().parameter("size", "4096").build();
    assertThat(report(slower, true).getHistoryId()).isEqualTo(id);
    assertThat(report(larger, true).getHistoryId()).isNotEqualTo(id);
  }

  @Test
  @DisplayName("samples and their plot as attachments")
  void attached() {
    TestResult test = report(Results.throughput(), true);
    assertThat(test.getAttachments()).extracting("name").containsExactly("Blocks", "Samples");
    assertThat(memory.attachments.values())
        .anySatisfy(text -> assertThat(text).startsWith("<svg"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .isEqualTo(
                        "block,ns_per_op\n1,1250.0\n2,1251.0\n3,1252.0\n4,1249.0\n5,1900.0\n"));
  }

  @Test
  @DisplayName("no plot where plots are switched off")
  void withoutPlots() {
    TestResult test = report(Results.throughput(), false);
    assertThat(test.getAttachments()).extracting("name").containsExactly("Samples");
    assertThat(test.getDescriptionHtml()).doesNotContain("image/svg");
  }

  @Test
  @DisplayName("the latencies of mode LATENCY step by step")
  void latencies() {
    report(Results.result().bucket(100, 199, 7).build(), true);
    assertThat(memory.attachments).containsValue("from_ns,to_ns,count\n100,199,7\n");
  }

  @Test
  @DisplayName("only its name and arguments in a functional run: there it is a test like any other")
  void functional() {
    TestResult test = report(Results.result().parameter("size", "8").functional().build(), true);
    assertThat(test.getName()).isEqualTo("encode [size=8]");
    assertThat(test.getHistoryId()).isEqualTo("listener's own");
    assertThat(test.getDescriptionHtml()).isNull();
  }

  @Test
  @DisplayName("nothing where the running test is another one that launched the benchmark")
  void launchedByTest() {
    TestResult test = report(Results.throughput(), true, "org.example.EngineTest");
    assertThat(test.getHistoryId()).isEqualTo("listener's own");
    assertThat(test.getAttachments()).isEmpty();
  }

  @Test
  @DisplayName("markup in a name or warning stays text")
  void escaped() {
    TestResult test = report(Results.result().warning("a < b & \"c\" <script>").build(), true);
    assertThat(test.getDescriptionHtml())
        .contains("a &lt; b &amp; &quot;c&quot; &lt;script&gt;")
        .doesNotContain("<script>");
  }

  @Test
  @DisplayName("nothing at all where no Allure listener runs")
  void noListener() {
    reporter(new AllureLifecycle(memory), true).benchmarkFinished(Results.throughput());
    assertThat(memory.results).isEmpty();
    assertThat(memory.attachments).isEmpty();
  }
}

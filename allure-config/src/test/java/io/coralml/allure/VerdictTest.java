package io.coralml.allure;

import static io.coralml.allure.Reactor.BEFORE;
import static io.coralml.allure.Reactor.DURING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.allure.Outcome.Failure;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whether a build with a profile passes")
class VerdictTest {
  private static final String MEASURED =
      """
      {"schema":1,"profile":"quick","seed":42,"environment":{"jvm":"17"},"benchmarks":[{"id":"a"}]}
      """;

  @TempDir Path folder;
  private Reactor reactor;

  @BeforeEach
  void reactor() {
    reactor = new Reactor(folder);
  }

  private Verdict verdict(String goals, String... modules) {
    RunOptions options = reactor.options(goals, modules);
    return Verdict.of(ModuleOutput.of(options), options.measuringExpected());
  }

  @Nested
  @DisplayName("where only tests were asked for")
  class TestsOnly {
    @Test
    @DisplayName("it passes when all tests of all modules pass")
    void passes() {
      reactor.passed("core", "ATest", DURING).passed("perf", "BTest", DURING);
      Verdict verdict = verdict("test", "core", "perf");
      assertThat(verdict.passed()).isTrue();
      assertThat(verdict.tests().passed()).isEqualTo(2);
      assertThat(verdict.benchmarks()).isEmpty();
    }

    @Test
    @DisplayName("it fails with module, test and message when one fails")
    void fails() {
      reactor
          .failed("core", "ATest", "expected 1 but was 2", DURING)
          .skipped("core", "CTest", DURING);
      Verdict verdict = verdict("test", "core");
      assertThat(verdict.failures())
          .containsExactly(new Failure("core", "ATest.works", "expected 1 but was 2"));
      assertThat(verdict.tests().skipped()).isEqualTo(1);
    }

    @Test
    @DisplayName("a failure of an earlier build does not count")
    void old() {
      reactor.failed("core", "ATest", "long ago", BEFORE).passed("core", "BTest", DURING);
      assertThat(verdict("test", "core").passed()).isTrue();
    }

    @Test
    @DisplayName("a module that is not part of the build does not count")
    void otherModule() {
      reactor.failed("core", "ATest", "not asked for", DURING).passed("perf", "BTest", DURING);
      assertThat(verdict("test", "perf").passed()).isTrue();
    }

    @Test
    @DisplayName("it fails when no test ran at all")
    void nothing() {
      reactor.passed("core", "ATest", BEFORE);
      assertThat(verdict("test", "core").failures())
          .singleElement()
          .satisfies(f -> assertThat(f.message()).contains("no test ran").contains("-DskipTests"));
    }

    @Test
    @DisplayName("a report that is cut short counts as a failure")
    void torn() {
      reactor.file("core/target/surefire-reports/TEST-X.xml", "<testsuite><testcase", DURING);
      assertThat(verdict("test", "core").failures())
          .singleElement()
          .satisfies(f -> assertThat(f.message()).contains("cannot be read"));
    }

    @Test
    @DisplayName("a report that would pull in another file is refused")
    void externalEntity() {
      reactor.file(
          "core/target/surefire-reports/TEST-X.xml",
          "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><testsuite>&e;</testsuite>",
          DURING);
      assertThat(verdict("test", "core").passed()).isFalse();
    }
  }

  @Nested
  @DisplayName("where benchmarks are measured too")
  class Measuring {
    @BeforeEach
    void tests() {
      reactor.passed("core", "ATest", DURING);
    }

    @Test
    @DisplayName("it passes when they pass and left results")
    void passes() {
      reactor
          .benchmarkPassed("perf", "ABenchmark")
          .summary("perf", 1, "", DURING)
          .results("perf", MEASURED, DURING);
      Verdict verdict = verdict("clean,verify", "core", "perf");
      assertThat(verdict.failures()).isEmpty();
      assertThat(verdict.measured())
          .hasValueSatisfying(m -> assertThat(m.environment()).containsEntry("jvm", "17"));
    }

    @Test
    @DisplayName("it fails when one of them fails")
    void fails() {
      reactor
          .benchmarkFailed("perf", "ABenchmark", "SLOWER")
          .summary("perf", 1, "", DURING)
          .results("perf", MEASURED, DURING);
      assertThat(verdict("verify", "core", "perf").failures())
          .containsExactly(new Failure("perf", "ABenchmark.works", "SLOWER"));
    }

    @Test
    @DisplayName("it fails when the measuring JVM dies, whatever the reports per class say")
    void crash() {
      reactor
          .benchmarkPassed("perf", "ABenchmark")
          .summary("perf", 1, "The forked VM terminated", DURING)
          .results("perf", MEASURED, DURING);
      assertThat(verdict("verify", "perf").failures())
          .singleElement()
          .satisfies(f -> assertThat(f.message()).contains("The forked VM terminated"));
    }

    @Test
    @DisplayName("it fails when they were not started")
    void notStarted() {
      reactor.summary("perf", 9, "", BEFORE).results("perf", MEASURED, BEFORE);
      assertThat(verdict("verify", "core", "perf").failures())
          .singleElement()
          .satisfies(f -> assertThat(f.message()).contains("asked to measure"));
    }

    @Test
    @DisplayName("it fails when none was found, and old results do not stand in")
    void noneFound() {
      reactor.summary("perf", 0, "", DURING).results("perf", MEASURED, BEFORE);
      assertThat(verdict("verify", "core", "perf").failures())
          .singleElement()
          .satisfies(f -> assertThat(f.message()).contains("nothing was measured"));
    }

    @Test
    @DisplayName("it fails when the results hold no benchmark")
    void emptyResults() {
      reactor
          .benchmarkPassed("perf", "ABenchmark")
          .summary("perf", 1, "", DURING)
          .results("perf", "{\"schema\":1,\"benchmarks\":[]}", DURING);
      assertThat(verdict("verify", "core", "perf").passed()).isFalse();
    }

    @Test
    @DisplayName("results of another schema are refused in one sentence")
    void otherSchema() {
      reactor
          .summary("perf", 1, "", DURING)
          .results("perf", "{\"schema\":2,\"benchmarks\":[]}", DURING);
      assertThatThrownBy(() -> verdict("verify", "perf"))
          .isInstanceOf(ReportException.class)
          .hasMessageContaining("schema 1");
    }

    @Test
    @DisplayName("a build without the measuring module is not asked for benchmarks")
    void withoutModule() {
      assertThat(verdict("verify", "core").passed()).isTrue();
    }
  }
}

package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Status;
import io.coralml.junit.baseline.Sources;
import io.coralml.junit.verdict.InconclusiveError;
import io.coralml.junit.verdict.PerformanceRegressionError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import turns.Spinning;
import turns.SpinningOnce;
import turns.SpinningTogether;

@DisplayName("A benchmark that takes turns with itself on older code")
class CodeGateTest {
  // Where a side is slower it is so twentyfold, and it may be almost twofold: no noise decides a
  // test.
  @TempDir Path folder;

  private Path work(String method) throws IOException {
    return Sources.jar(
        Sources.compile(
            folder.resolve("old"),
            List.of(),
            "package turns; public final class Work { public static " + method + " }"));
  }

  private RunFixture against(Path baseline) {
    return RunFixture.in(folder)
        .measured()
        .with("coral.baseline", baseline.toString())
        .with("coral.gate.time", "500ms");
  }

  @Test
  @DisplayName("fails when the new code takes many times as long, with the table in the message")
  void slower() throws IOException {
    RunFixture.Outcome outcome = against(work("int length() { return 20; }")).run(Spinning.class);
    BenchmarkResult result = outcome.result("spin[times=ONCE]");
    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.failure())
        .isInstanceOf(PerformanceRegressionError.class)
        .hasMessageContainingAll(
            "Spinning.spin[times=ONCE] against old.jar: SLOWER.",
            "beyond the margin of 90 %",
            "old ns/op",
            "loading 3");
    assertThat(result.metrics()).containsKeys("ns_per_op", "pair_ratio", "self_ratio");
    assertThat(result.settings()).containsEntry("baseline", "old.jar");
    assertThat(outcome.result("spin[times=TWICE]").status()).isEqualTo(Status.FAILED);
    assertThat(outcome.result("look").settings()).doesNotContainKey("baseline");
    assertThat(outcome.report().environment()).containsEntry("baseline", "old.jar");
  }

  @Test
  @DisplayName("fails too where it is measured call by call, or runs on several threads")
  void slowerOtherwise() throws IOException {
    RunFixture.Outcome outcome =
        against(work("int length() { return 20; }")).run(SpinningTogether.class);
    assertThat(outcome.result("eachCall").failure())
        .isInstanceOf(PerformanceRegressionError.class)
        .hasMessageContaining("SpinningTogether.eachCall against old.jar: SLOWER.");
    BenchmarkResult together = outcome.result("onTwoThreads");
    assertThat(together.failure()).isInstanceOf(PerformanceRegressionError.class);
    assertThat(together.settings()).containsEntry("compared_by", "wall clock");
  }

  @Test
  @DisplayName("passes when it takes a fraction of the time")
  void faster() throws IOException {
    BenchmarkResult result =
        against(work("int length() { return 8000; }")).run(SpinningOnce.class).result("spin");
    assertThat(result.status()).isEqualTo(Status.PASSED);
    assertThat(result.settings().get("verdict")).startsWith("FASTER");
  }

  @Test
  @DisplayName(
      "is a warning where the old code lacks what it uses, and fails when that is asked for")
  void lacking() throws IOException {
    Path other = work("int size() { return 1; }");
    BenchmarkResult result = against(other).run(SpinningOnce.class).result("spin");
    assertThat(result.status()).isEqualTo(Status.PASSED);
    assertThat(result.warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("The old code lacks what this benchmark uses")
                    .contains("NoSuchMethodError")
                    .contains("length()"));
    BenchmarkResult strict =
        against(other).with("coral.gate.strict", "true").run(SpinningOnce.class).result("spin");
    assertThat(strict.failure()).isInstanceOf(InconclusiveError.class);
  }

  @Test
  @DisplayName("is a warning where the old code fails in its set-up")
  void broken() throws IOException {
    Path broken = work("int length() { throw new IllegalStateException(\"old bug\"); }");
    assertThat(against(broken).run(SpinningOnce.class).result("spin").warnings())
        .anySatisfy(
            warning ->
                assertThat(warning).contains("cannot run this benchmark").contains("old bug"));
  }

  @Test
  @DisplayName("fails in one sentence when the baseline cannot be used")
  void unusable() {
    assertThat(against(folder.resolve("gone.jar")).run(SpinningOnce.class).failures())
        .isNotEmpty()
        .allSatisfy(
            failure -> assertThat(failure).contains("gone.jar").contains("no such file or folder"));
  }

  @Test
  @DisplayName("does not look at the baseline in a functional run")
  void functional() {
    RunFixture.Outcome outcome =
        RunFixture.in(folder)
            .with("coral.profile", "functional")
            .with("coral.baseline", "gone.jar")
            .run(Spinning.class);
    assertThat(outcome.failures()).isEmpty();
  }
}

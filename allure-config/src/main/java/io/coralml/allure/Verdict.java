package io.coralml.allure;

import io.coralml.allure.Outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the build may pass.
 *
 * @param tests the tests of all modules
 * @param benchmarks the measured run; empty when it was not asked for, as in {@code mvn test
 *     -Pquick}
 * @param measured what was measured, where the run left its results
 */
record Verdict(Outcome tests, Optional<Outcome> benchmarks, Optional<Measured> measured) {

  /**
   * Reads what the modules have left of this build.
   *
   * @param measuringExpected whether it is a failure when nothing was measured
   */
  static Verdict of(List<ModuleOutput> modules, boolean measuringExpected) {
    Outcome tests = Outcome.none();
    Optional<Outcome> benchmarks = Optional.empty();
    Optional<Measured> measured = Optional.empty();
    for (ModuleOutput module : modules) {
      tests = tests.plus(TestReports.read(module.name(), module.testReports()));
      for (Path summary : module.benchmarkSummaries()) {
        measured =
            measured.or(() -> module.measuredResults().stream().findFirst().map(Measured::read));
        benchmarks =
            Optional.of(
                benchmarks.orElse(Outcome.none()).plus(benchmarks(module, summary, measured)));
      }
    }
    if (measuringExpected && benchmarks.isEmpty()) {
      benchmarks =
          Optional.of(
              Outcome.none()
                  .plus(
                      new Failure(
                          "this build",
                          "benchmarks",
                          "the build was asked to measure, but no benchmark was started; check -Dgroups"
                              + " and -Dit.test, and leave out -DskipTests and -DskipITs")));
    } else if (tests.equals(Outcome.none()) && benchmarks.isEmpty()) {
      tests =
          tests.plus(
              new Failure(
                  "this build",
                  "tests",
                  "no test ran; a profile needs the tests, so leave out -DskipTests, or the profile"));
    }
    return new Verdict(tests, benchmarks, measured);
  }

  private static Outcome benchmarks(
      ModuleOutput module, Path summary, Optional<Measured> measured) {
    Outcome outcome = TestReports.read(module.name(), module.benchmarkReports());
    Outcome whole = TestReports.summary(module.name(), summary);
    outcome = outcome.plus(new Outcome(0, 0, whole.failures()));
    if (outcome.failures().isEmpty() && measured.map(Measured::benchmarks).orElse(0) == 0) {
      outcome =
          outcome.plus(
              new Failure(
                  module.name(),
                  "benchmarks",
                  "nothing was measured; check -Dgroups and -Dit.test, and that "
                      + module.target().resolve("coral").resolve("results.json")
                      + " can be written"));
    }
    return outcome;
  }

  /** Tells whether everything passed. */
  boolean passed() {
    return failures().isEmpty();
  }

  /** Returns everything that failed, tests first. */
  List<Failure> failures() {
    List<Failure> all = new ArrayList<>(tests.failures());
    benchmarks.ifPresent(outcome -> all.addAll(outcome.failures()));
    return all;
  }
}

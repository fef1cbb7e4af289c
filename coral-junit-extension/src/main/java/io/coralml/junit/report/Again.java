package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import java.util.function.Function;

/**
 * The command that measures a benchmark once more, as the report shows it: with the same profile,
 * seed and older code.
 *
 * @param pattern a command with {@code {test}} and {@code {profile}} in it
 * @param baseline the older code it was compared with, as it was named; empty: none
 */
record Again(String pattern, String baseline) {
  /** What works in any Maven project whose tests run by surefire. */
  static final String PATTERN = "mvn test -Dtest={test} -Dcoral.profile={profile}";

  /** Reads {@code coral.again} and {@code coral.baseline}. */
  static Again of(Function<String, String> properties) {
    String pattern = properties.apply("coral.again");
    String baseline = properties.apply("coral.baseline");
    return new Again(
        pattern == null || pattern.isBlank() ? PATTERN : pattern, baseline == null ? "" : baseline);
  }

  /** Returns the command; empty for a benchmark that was not measured. */
  String command(BenchmarkResult result) {
    String profile = result.settings().get("profile");
    if (profile == null) {
      return "";
    }
    String simple = result.className().substring(result.className().lastIndexOf('.') + 1);
    String command =
        pattern.replace("{test}", simple + "#" + result.methodName()).replace("{profile}", profile);
    String seed = result.settings().get("seed");
    command += seed == null ? "" : " -Dcoral.seed=" + seed;
    return command + (baseline.isBlank() ? "" : " -Dcoral.baseline=" + baseline);
  }
}

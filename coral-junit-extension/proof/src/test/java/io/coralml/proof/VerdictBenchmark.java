package io.coralml.proof;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real comparisons on this machine: identical code may be called slower or faster at most once in
 * 200 times, code that is 5 % slower must be found in 95 of 100, and code that is 3 % slower in 75
 * of 100, at the margin of 2 %. Of identical code and of the 5 % at most 20 % may stay undecided.
 */
@Profile(BenchmarkProfile.QUICK)
class VerdictBenchmark {
  private static final int PER_FORK = 10;
  private static final double MOST_UNDECIDED = 0.2;

  @CoralBenchmark(suite = "proof", mode = Mode.SCENARIO, repetitions = 1)
  @CsvSource({"same, 200", "slower5, 100", "slower3, 100"})
  void tellsApart(String body, int comparisons, Metrics metrics, @TempDir Path folder)
      throws Exception {
    Slice verdicts = Slice.of("verdicts-" + body);
    while (verdicts.size() < comparisons) {
      verdicts.orGoOnLater(comparisons);
      compare(body, verdicts, folder.resolve("fork" + verdicts.size()));
    }
    long slower = count(verdicts, Outcome.SLOWER);
    long faster = count(verdicts, Outcome.FASTER);
    long same = count(verdicts, Outcome.SAME);
    long undecided = count(verdicts, Outcome.INCONCLUSIVE);
    metrics.addCount("verdict_slower", slower, Better.NEITHER);
    metrics.addCount("verdict_faster", faster, Better.NEITHER);
    metrics.addCount("verdict_same", same, Better.NEITHER);
    metrics.addCount("verdict_undecided", undecided, Better.LOWER);
    int all = verdicts.size();
    String found =
        String.format(
            Locale.ROOT,
            "%s: of %d comparisons %d slower, %d faster, %d same, %d undecided",
            body,
            all,
            slower,
            faster,
            same,
            undecided);
    switch (body) {
      case "same" -> assertTrue((slower + faster) * 200 <= all, found);
      case "slower5" -> assertTrue(slower * 100 >= all * 95L, found);
      default -> assertTrue(slower * 100 >= all * 75L, found);
    }
    if (!body.equals("slower3")) {
      assertTrue(undecided <= MOST_UNDECIDED * all, found);
    }
  }

  private enum Outcome {
    SLOWER,
    FASTER,
    SAME,
    INCONCLUSIVE
  }

  private static long count(Slice verdicts, Outcome outcome) {
    return verdicts.column(0).stream().filter(each -> each == outcome.ordinal()).count();
  }

  private static void compare(String body, Slice verdicts, Path folder) throws Exception {
    JsonNode report =
        Forks.template(
            VerdictBodies.class,
            body + "(int, io.coralml.junit.Blackhole)",
            List.of(
                "-Dcoral.profile=quick",
                "-Dcoral.benchmark-time=3s",
                "-Dcoral.budget=1h",
                "-Dcoral.proof.runs=" + PER_FORK),
            folder);
    for (JsonNode result : report.get("benchmarks")) {
      String verdict = result.get("settings").get("verdict").asText();
      JsonNode ratio = result.get("metrics").get("pair_ratio");
      verdicts.add(
          Outcome.valueOf(verdict.substring(0, verdict.indexOf(':'))).ordinal(),
          ratio.get("value").asDouble(),
          ratio.get("low").asDouble(),
          ratio.get("high").asDouble());
    }
  }
}

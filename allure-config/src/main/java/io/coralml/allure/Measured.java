package io.coralml.allure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this step needs to know of a {@code results.json}.
 *
 * @param profile the profile it was measured under
 * @param seed the seed of the run, as text
 * @param benchmarks how many benchmarks it holds
 * @param comparisons how many of them were compared with older code
 * @param undecided how many of those comparisons decided nothing
 * @param environment what the run stood on
 */
record Measured(
    String profile,
    String seed,
    int benchmarks,
    int comparisons,
    int undecided,
    Map<String, String> environment) {

  /**
   * Reads a file.
   *
   * @throws ReportException when it is no result file
   */
  static Measured read(Path file) {
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (root.path("schema").asInt() != 1 || !root.path("benchmarks").isArray()) {
        throw new ReportException(
            "The file " + file + " is no result file of schema 1; run the benchmarks again.");
      }
      Map<String, String> environment = new TreeMap<>();
      root.path("environment")
          .properties()
          .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
      int comparisons = 0;
      int undecided = 0;
      for (JsonNode benchmark : root.path("benchmarks")) {
        String verdict = benchmark.path("settings").path("verdict").asText();
        comparisons += verdict.isEmpty() ? 0 : 1;
        undecided += verdict.startsWith("INCONCLUSIVE") ? 1 : 0;
      }
      return new Measured(
          root.path("profile").asText(),
          root.path("seed").asText(),
          root.path("benchmarks").size(),
          comparisons,
          undecided,
          environment);
    } catch (IOException e) {
      throw new ReportException(
          "The result file " + file + " cannot be read (" + e.getMessage() + ").", e);
    }
  }
}

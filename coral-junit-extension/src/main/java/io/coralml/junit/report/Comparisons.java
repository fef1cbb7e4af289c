package io.coralml.junit.report;

import io.coralml.junit.RunReport;
import java.util.List;
import java.util.Optional;

/** How many comparisons with older code a run made, and how they ended. */
final class Comparisons {
  private Comparisons() {}

  /** Returns the count in words; empty where nothing was compared. */
  static Optional<String> of(RunReport report) {
    List<String> verdicts =
        report.results().stream()
            .map(result -> result.settings().getOrDefault("verdict", ""))
            .filter(verdict -> !verdict.isEmpty())
            .toList();
    if (verdicts.isEmpty()) {
      return Optional.empty();
    }
    long undecided = verdicts.stream().filter(v -> v.startsWith("INCONCLUSIVE")).count();
    long slower = verdicts.stream().filter(v -> v.startsWith("SLOWER")).count();
    return Optional.of(
        verdicts.size()
            + (verdicts.size() == 1 ? " comparison: " : " comparisons: ")
            + (verdicts.size() - undecided)
            + " decided, "
            + slower
            + " of them slower, "
            + undecided
            + " undecided");
  }
}

package io.coralml.perf.report;

import io.coralml.perf.report.CategoryResult.Outcome;
import java.util.List;

/**
 * The verdict on a run, and the rule it follows.
 *
 * @param grade the verdict
 * @param reason the numbers that decided, in a sentence
 */
record Assessment(Grade grade, String reason) {

  /** The verdicts, worst first. */
  enum Grade {
    UNSAFE(
        "UNSAFE",
        "something that was read back was not what was stored, or a check of integrity failed"),
    NEEDS_ATTENTION("NEEDS ATTENTION", "a category or a stress scenario failed"),
    FAIR(
        "FAIR",
        "nothing failed, but a category crossed a line about time (which fails from the profile full up), was skipped or was not run"),
    GOOD("GOOD", "every category passed, some with a part of their row of sizes"),
    EXCELLENT("EXCELLENT", "every category passed with its whole row of sizes");

    private final String text;
    private final String rule;

    Grade(String text, String rule) {
      this.text = text;
      this.rule = rule;
    }

    String text() {
      return text;
    }

    String rule() {
      return rule;
    }
  }

  static Assessment of(Measured measured, List<CategoryResult> categories) {
    long inexact = categories.stream().filter(CategoryResult::inexact).count();
    long integrity = failed(measured, "integrity") + failed(measured, "accuracy");
    if (inexact + integrity > 0) {
      return new Assessment(
          Grade.UNSAFE,
          inexact
              + " categories lost exactness and "
              + integrity
              + " checks of integrity or accuracy failed.");
    }
    long failed = count(categories, Outcome.FAILED);
    long stress = failed(measured, "stress");
    if (failed + stress > 0) {
      return new Assessment(
          Grade.NEEDS_ATTENTION,
          failed + " categories and " + stress + " stress scenarios failed.");
    }
    long missed = count(categories, Outcome.TIME_LINE_CROSSED);
    long skipped = count(categories, Outcome.SKIPPED);
    long absent = count(categories, Outcome.NOT_RUN);
    if (missed + skipped + absent > 0) {
      return new Assessment(
          Grade.FAIR,
          missed
              + " categories crossed a line about time, "
              + skipped
              + " were skipped in part or whole, "
              + absent
              + " were not run.");
    }
    long reduced = categories.stream().filter(CategoryResult::reduced).count();
    return reduced > 0
        ? new Assessment(
            Grade.GOOD, "All passed; " + reduced + " measured a part of their row of sizes.")
        : new Assessment(Grade.EXCELLENT, "All passed with their whole rows of sizes.");
  }

  private static long count(List<CategoryResult> categories, Outcome outcome) {
    return categories.stream().filter(category -> category.outcome() == outcome).count();
  }

  static long failed(Measured measured, String tag) {
    return measured.rows().stream()
        .filter(row -> row.suite().equals(tag) || row.tags().contains(tag))
        .filter(Measured.Row::failed)
        .count();
  }
}

package io.coralml.perf.report;

import io.coralml.perf.qa.Category;
import io.coralml.perf.qa.Sizes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What became of one category.
 *
 * @param category which
 * @param rows its scenarios in the run
 */
record CategoryResult(Category category, List<Measured.Row> rows) {
  private static final int OF_ROW_LENGTH = Sizes.OF_ROW.length();

  /** How a category ended, the worst of its scenarios first. */
  enum Outcome {
    FAILED("❌ FAILED"),
    TIME_LINE_CROSSED("⚠️ TIME LINE CROSSED"),
    SKIPPED("⏭️ SKIPPED"),
    NOT_RUN("➖ NOT RUN"),
    PASSED("✅ PASS");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** That the profile took less of something than the whole row has. */
  record Reduction(String what, double here, double ofRow) {
    String sentence() {
      return String.format(
          Locale.ROOT,
          "Reduced by the profile: %s was %,.0f; the row goes to %,.0f.",
          Text.words(what),
          here,
          ofRow);
    }
  }

  static CategoryResult of(Category category, Measured measured) {
    return new CategoryResult(category, measured.tagged(category.tag()));
  }

  Outcome outcome() {
    if (rows.isEmpty()) {
      return Outcome.NOT_RUN;
    }
    if (rows.stream().anyMatch(Measured.Row::failed)) {
      return Outcome.FAILED;
    }
    if (sum("time_lines_crossed") > 0) {
      return Outcome.TIME_LINE_CROSSED;
    }
    return rows.stream().anyMatch(Measured.Row::skipped) ? Outcome.SKIPPED : Outcome.PASSED;
  }

  double sum(String key) {
    return rows.stream().mapToDouble(row -> row.valueOr(key, 0)).sum();
  }

  /** Tells whether the profile left out a part of the row. */
  boolean reduced() {
    return !reductions().isEmpty();
  }

  /** Returns what the profile took less of than the whole row has, each once. */
  List<Reduction> reductions() {
    return rows.stream().flatMap(CategoryResult::reductions).distinct().toList();
  }

  private static Stream<Reduction> reductions(Measured.Row row) {
    return row.metrics().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(Sizes.OF_ROW))
        .map(
            entry -> {
              String what = entry.getKey().substring(0, entry.getKey().length() - OF_ROW_LENGTH);
              return new Reduction(what, row.valueOr(what, 0), entry.getValue().value());
            })
        .filter(each -> each.here < each.ofRow);
  }

  /** Tells whether something that came back was not what was put, or was not all there. */
  boolean inexact() {
    return rows.stream()
        .anyMatch(
            row ->
                row.valueOr("mismatched_elements", 0) > 0
                    || (row.failed() && isExactness(row.reason())));
  }

  static boolean isExactness(String reason) {
    String words = reason.toLowerCase(Locale.ROOT);
    return List.of("wrong elements", "differ", "verified", "damaged", "fsck", "mismatch", "removed")
        .stream()
        .anyMatch(words::contains);
  }

  List<String> failures() {
    return rows.stream()
        .filter(Measured.Row::failed)
        .map(row -> row.title() + ": " + row.reason())
        .toList();
  }

  List<String> skips() {
    return rows.stream()
        .filter(Measured.Row::skipped)
        .map(row -> row.title() + ": " + row.reason())
        .toList();
  }
}

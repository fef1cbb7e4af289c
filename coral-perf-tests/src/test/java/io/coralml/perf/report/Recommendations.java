package io.coralml.perf.report;

import io.coralml.perf.qa.Category;
import io.coralml.perf.report.CategoryResult.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Writes what follows from the numbers: before a release, for performance, for scale. */
final class Recommendations {
  private final Measured measured;
  private final List<CategoryResult> categories;

  Recommendations(Measured measured, List<CategoryResult> categories) {
    this.measured = measured;
    this.categories = List.copyOf(categories);
  }

  void write(Text text) {
    text.heading(2, "Recommendations");
    write("Immediate, before a release", immediate(), text);
    write("Performance", performance(), text);
    write("Scale and monitoring", scale(), text);
  }

  private static void write(String title, List<String> advice, Text text) {
    text.heading(3, title);
    if (advice.isEmpty()) {
      text.line("Nothing follows from the numbers.");
    }
    for (int i = 0; i < advice.size(); i++) {
      text.line((i + 1) + ". " + advice.get(i));
    }
  }

  private List<CategoryResult> with(Outcome outcome) {
    return categories.stream().filter(each -> each.outcome() == outcome).toList();
  }

  private List<String> immediate() {
    List<String> advice = new ArrayList<>();
    with(Outcome.FAILED)
        .forEach(
            each ->
                advice.add(
                    "Bring category "
                        + each.category().number()
                        + " back behind its line ("
                        + each.category().passLine()
                        + ")."));
    measured.rows().stream()
        .filter(row -> row.failed() && !row.tags().contains("qa"))
        .forEach(row -> advice.add("Mend " + row.title() + ": " + row.reason()));
    return advice;
  }

  private List<String> performance() {
    List<String> advice = new ArrayList<>();
    with(Outcome.TIME_LINE_CROSSED)
        .forEach(
            each ->
                advice.add(
                    "Work on category "
                        + each.category().number()
                        + ", "
                        + each.category().title().toLowerCase(Locale.ROOT)
                        + ", or measure it on a quiet machine."));
    worstOfLimit(advice);
    worstAllocation(advice);
    return advice;
  }

  private List<String> scale() {
    List<String> advice = new ArrayList<>();
    measured.rows().stream()
        .filter(row -> row.valueOr("degradation_point", 0) > 0)
        .forEach(
            row ->
                advice.add(
                    "Stay below "
                        + Text.number(row.valueOr("degradation_point", 0), "1")
                        + " in "
                        + row.title()
                        + ": from there on throughput falls below 80 % of the best."));
    long reduced = categories.stream().filter(CategoryResult::reduced).count();
    if (reduced > 0) {
      advice.add(
          "Run a larger profile than "
              + measured.profile()
              + ": "
              + reduced
              + " categories measured a part of their row.");
    }
    if (!measured.problems().isEmpty()) {
      advice.add("Mind what disturbed the run: " + String.join(" ", measured.problems()));
    }
    return advice;
  }

  private void worstOfLimit(List<String> advice) {
    measured.rows().stream()
        .filter(row -> row.suite().equals("compression") && !row.name().startsWith("Codec"))
        .filter(row -> row.valueOr("limit_ratio", 0) > 0)
        .min(Comparator.comparingDouble(Recommendations::ofLimit))
        .ifPresent(
            row ->
                advice.add(
                    "The most room for compression is in "
                        + row.title()
                        + ", at "
                        + Text.percent(ofLimit(row))
                        + " of its limit."));
  }

  private static double ofLimit(Measured.Row row) {
    return row.valueOr("compression_ratio", 0) / row.valueOr("limit_ratio", 1);
  }

  private void worstAllocation(List<String> advice) {
    measured.tagged(Category.MEMORY_PATTERNS.tag()).stream()
        .flatMap(row -> row.metrics().entrySet().stream())
        .filter(entry -> entry.getKey().startsWith("overhead_at_"))
        .max(Comparator.comparingDouble(entry -> entry.getValue().value()))
        .ifPresent(
            entry ->
                advice.add(
                    "Memory is used least well at "
                        + entry.getKey().substring("overhead_at_".length())
                        + "²: "
                        + Text.number(entry.getValue())
                        + " of the tensor at the peak."));
  }
}

package io.coralml.perf.report;

import io.coralml.perf.qa.Category;
import io.coralml.perf.report.Assessment.Grade;
import io.coralml.perf.report.CategoryResult.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/** Writes {@code PERFORMANCE_QA_REPORT.md} from a result file. */
public final class QaReport {
  /** The name of the file. */
  public static final String FILE = "PERFORMANCE_QA_REPORT.md";

  private final Measured measured;
  private final List<CategoryResult> categories;
  private final Assessment assessment;
  private final Text text = new Text();

  private QaReport(Measured measured) {
    this.measured = measured;
    this.categories =
        Arrays.stream(Category.values()).map(each -> CategoryResult.of(each, measured)).toList();
    this.assessment = Assessment.of(measured, categories);
  }

  /**
   * Returns the report.
   *
   * @param resultJson the content of a {@code results.json}
   */
  public static String of(byte[] resultJson) {
    return new QaReport(Measured.read(resultJson)).write();
  }

  /** Returns the verdict in one word or two. */
  static String assessment(byte[] resultJson) {
    return new QaReport(Measured.read(resultJson)).assessment.grade().text();
  }

  private String write() {
    text.line("# Coral performance QA report").line("");
    text.line("**Generated:** " + measured.stop() + "  ");
    text.line("**Profile:** " + measured.profile() + ", seed " + measured.seed() + "  ");
    text.line(
        "**System:** "
            + measured.environment("cpu_cores")
            + " CPUs, "
            + memory()
            + " memory, Java "
            + measured.environment("java_version"));
    summary();
    text.heading(2, "Test results");
    categories.forEach(category -> new CategorySection(category).write(text));
    suites();
    scenarios("Stress test results", "stress", "breaking point");
    scenarios("Data integrity", "integrity", "check");
    issues();
    coverage();
    recommendations();
    environment();
    conclusion();
    return text.toString();
  }

  private String memory() {
    String bytes = measured.environment("memory_bytes");
    return bytes.matches("\\d{1,18}")
        ? String.format(Locale.ROOT, "%.1f GB", Long.parseLong(bytes) / 1e9)
        : bytes;
  }

  private List<CategoryResult> with(Outcome outcome) {
    return categories.stream().filter(category -> category.outcome() == outcome).toList();
  }

  private void summary() {
    text.heading(2, "Executive summary");
    text.line(
        "The run measured "
            + measured.rows().size()
            + " benchmarks, of which "
            + measured.rows().stream().filter(Measured.Row::passed).count()
            + " passed, "
            + measured.rows().stream().filter(Measured.Row::failed).count()
            + " failed and "
            + measured.rows().stream().filter(Measured.Row::skipped).count()
            + " were skipped. Of the twelve categories of performance QA "
            + with(Outcome.PASSED).size()
            + " passed, "
            + with(Outcome.FAILED).size()
            + " failed, "
            + with(Outcome.MARK_MISSED).size()
            + " missed a mark, "
            + with(Outcome.SKIPPED).size()
            + " were skipped and "
            + with(Outcome.NOT_RUN).size()
            + " were not run.");
    text.heading(3, "Key findings");
    text.header(List.of("#", "category", "outcome", "sizes"));
    for (CategoryResult each : categories) {
      text.row(
          List.of(
              Integer.toString(each.category().number()),
              each.category().title(),
              each.outcome().text(),
              each.rows().isEmpty()
                  ? ""
                  : each.reduced() ? "reduced by the profile" : "whole row"));
    }
    text.line("");
    double wrong =
        measured.rows().stream().mapToDouble(row -> row.valueOr("mismatched_elements", 0)).sum();
    long compared =
        measured.rows().stream()
            .filter(row -> row.metrics().containsKey("mismatched_elements"))
            .count();
    text.bullet(
        compared
            + " benchmarks compared what they read back bit for bit; "
            + Text.number(wrong, "1")
            + " elements differed.");
    text.heading(3, "Overall assessment: **" + assessment.grade().text() + "**");
    text.line(assessment.reason()).line("");
    text.line("The rule, the first that applies:").line("");
    for (Grade grade : Grade.values()) {
      text.bullet(grade.text() + ": " + grade.rule() + ".");
    }
  }

  private void suites() {
    text.heading(2, "The suites");
    text.header(List.of("suite", "benchmarks", "passed", "failed", "skipped"));
    SortedSet<String> names = new TreeSet<>();
    measured.rows().forEach(row -> names.add(row.suite()));
    for (String suite : names) {
      List<Measured.Row> rows = measured.suite(suite);
      text.row(
          List.of(
              suite,
              Integer.toString(rows.size()),
              Long.toString(rows.stream().filter(Measured.Row::passed).count()),
              Long.toString(rows.stream().filter(Measured.Row::failed).count()),
              Long.toString(rows.stream().filter(Measured.Row::skipped).count())));
    }
    throughput();
    storage();
  }

  private void throughput() {
    List<Measured.Row> fast =
        measured.rows().stream()
            .filter(row -> row.metrics().containsKey("mb_per_s"))
            .sorted(Comparator.comparingDouble(row -> -row.valueOr("mb_per_s", 0)))
            .toList();
    if (!fast.isEmpty()) {
      text.heading(3, "Throughput");
      text.header(List.of("operation", "MB/s", "time", "allocated"));
      for (Measured.Row row : fast) {
        text.row(
            List.of(
                row.title(),
                Text.number(row.valueOr("mb_per_s", 0), ""),
                Text.number(row.valueOr("ns_per_op", 0), "ns"),
                Text.number(row.valueOr("b_per_op", 0), "B")));
      }
    }
  }

  private void storage() {
    List<Measured.Row> stored =
        measured.suite("compression").stream()
            .filter(row -> row.metrics().containsKey("compression_ratio"))
            .filter(row -> !row.name().startsWith("Codec"))
            .toList();
    if (!stored.isEmpty()) {
      text.heading(3, "Storage efficiency");
      text.header(List.of("scenario", "raw", "stored", "ratio", "limit", "saved"));
      for (Measured.Row row : stored) {
        text.row(
            List.of(
                row.title(),
                Text.number(row.valueOr("raw_bytes", 0), "B"),
                Text.number(row.valueOr("stored_bytes", 0), "B"),
                Text.number(row.valueOr("compression_ratio", 0), "x"),
                row.value("limit_ratio").map(limit -> Text.number(limit, "x")).orElse("none known"),
                Text.number(row.valueOr("space_saved_percent", 0), "%")));
      }
    }
  }

  private void scenarios(String title, String tag, String kind) {
    List<Measured.Row> rows = measured.tagged(tag);
    text.heading(2, title);
    if (rows.isEmpty()) {
      text.line("No scenario tagged `" + tag + "` was part of the run.");
      return;
    }
    long passed = rows.stream().filter(Measured.Row::passed).count();
    text.line(passed + " of " + rows.size() + " passed.").line("");
    text.header(List.of(kind, "outcome", "figures"));
    for (Measured.Row row : rows) {
      List<String> figures = new ArrayList<>();
      row.metrics()
          .forEach(
              (key, value) -> {
                if (!CategorySection.ofTheRun(key)) {
                  figures.add(Text.words(key) + " " + Text.number(value));
                }
              });
      text.row(
          List.of(
              row.title(),
              row.passed() ? "passed" : row.status() + ": " + row.reason(),
              String.join("; ", figures)));
    }
  }

  private void issues() {
    text.heading(2, "Critical issues");
    int before = text.toString().length();
    for (CategoryResult each : categories) {
      if (each.outcome() == Outcome.FAILED) {
        String priority = each.inexact() ? "High priority, exactness" : "Medium priority";
        each.failures()
            .forEach(
                failure ->
                    text.bullet(
                        "**" + priority + "**, " + each.category().title() + ": " + failure));
      }
    }
    for (Measured.Row row : measured.rows()) {
      if (row.failed() && !row.tags().contains("qa")) {
        String priority =
            row.tags().contains("integrity") || row.valueOr("mismatched_elements", 0) > 0
                ? "High priority"
                : "Medium priority";
        text.bullet(
            "**"
                + priority
                + "**, suite "
                + row.suite()
                + ": "
                + row.title()
                + ": "
                + row.reason());
      }
    }
    for (CategoryResult each : with(Outcome.MARK_MISSED)) {
      text.bullet(
          "**Low priority**, "
              + each.category().title()
              + ": "
              + Text.number(each.sum("marks_missed"), "1")
              + " marks missed as known, "
              + Text.number(each.sum("time_lines_crossed"), "1")
              + " lines about time crossed.");
    }
    if (text.toString().length() == before) {
      text.line("None: nothing failed, and no mark was missed.");
    }
  }

  private void coverage() {
    text.heading(2, "Coverage");
    for (CategoryResult each : categories) {
      String how =
          each.rows().isEmpty()
              ? "not run"
              : each.rows().size() + " scenarios" + (each.reduced() ? ", reduced" : ", whole row");
      text.bullet(each.category().number() + ". " + each.category().title() + ": " + how);
    }
    text.line("");
    List<String> skips =
        measured.rows().stream()
            .filter(Measured.Row::skipped)
            .map(row -> row.title() + ": " + row.reason())
            .toList();
    text.line(skips.size() + " benchmarks were skipped" + (skips.isEmpty() ? "." : ":"));
    text.line("");
    skips.forEach(text::bullet);
  }

  private void recommendations() {
    text.heading(2, "Recommendations");
    List<String> advice = new ArrayList<>();
    with(Outcome.FAILED)
        .forEach(
            each ->
                advice.add(
                    "Before a release: bring category "
                        + each.category().number()
                        + " back behind its line ("
                        + each.category().passLine()
                        + ")."));
    with(Outcome.MARK_MISSED)
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
    if (advice.isEmpty()) {
      advice.add("None follows from the numbers.");
    }
    for (int i = 0; i < advice.size(); i++) {
      text.line((i + 1) + ". " + advice.get(i));
    }
  }

  private void worstOfLimit(List<String> advice) {
    measured.rows().stream()
        .filter(row -> row.suite().equals("compression") && !row.name().startsWith("Codec"))
        .filter(row -> row.valueOr("limit_ratio", 0) > 0)
        .min(
            Comparator.comparingDouble(
                row -> row.valueOr("compression_ratio", 0) / row.valueOr("limit_ratio", 1)))
        .ifPresent(
            row ->
                advice.add(
                    "The most room for compression is in "
                        + row.title()
                        + ", at "
                        + Text.percent(
                            row.valueOr("compression_ratio", 0) / row.valueOr("limit_ratio", 1))
                        + " of its limit."));
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

  private void environment() {
    text.heading(2, "Test environment");
    text.header(List.of("what", "value"));
    measured.environment().forEach((key, value) -> text.row(List.of(Text.words(key), value)));
    text.row(List.of("started", measured.start()));
    text.row(List.of("ended", measured.stop()));
    text.row(List.of("budget", Text.number(measured.budgetSeconds(), "s")));
    text.line("");
    text.line("To run it again:").line("");
    text.line("```bash");
    text.line("mvn verify -P" + measured.profile() + " -Dcoral.seed=" + measured.seed());
    text.line("```");
  }

  private void conclusion() {
    text.heading(2, "Conclusion");
    text.line("**Overall assessment: " + assessment.grade().text() + "**. " + assessment.reason());
  }
}

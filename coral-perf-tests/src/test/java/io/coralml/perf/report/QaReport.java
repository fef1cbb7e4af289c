package io.coralml.perf.report;

import io.coralml.perf.qa.Category;
import io.coralml.perf.qa.Sizes;
import io.coralml.perf.report.Assessment.Grade;
import io.coralml.perf.report.CategoryResult.Outcome;
import java.util.Arrays;
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
  private final List<PropertyRun> properties;
  private final Text text = new Text();

  private QaReport(Measured measured, List<PropertyRun> properties) {
    this.measured = measured;
    this.properties = List.copyOf(properties);
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
    return of(resultJson, List.of());
  }

  /**
   * Returns the report.
   *
   * @param resultJson the content of a {@code results.json}
   * @param properties what was tried on random input by the same build
   */
  public static String of(byte[] resultJson, List<PropertyRun> properties) {
    return new QaReport(Measured.read(resultJson), properties).write();
  }

  /** Returns the verdict in one word or two. */
  static String assessment(byte[] resultJson) {
    return new QaReport(Measured.read(resultJson), List.of()).assessment.grade().text();
  }

  private String write() {
    text.line("# Coral performance QA report").line("");
    text.line("**Generated:** " + measured.stop() + "  ");
    text.line("**Suite version:** commit " + measured.environment("git_commit") + "  ");
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
    new PerformanceSection(measured).write(text);
    new ScaleSection(measured).write(text);
    new StressSection(measured).write(text);
    new ScenarioTable(measured).write("Data integrity", "integrity", "check", text);
    laws();
    new OriginalSection(measured).write(text);
    issues();
    coverage();
    new Recommendations(measured, categories).write(text);
    environment();
    data();
    files();
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
            + with(Outcome.TIME_LINE_CROSSED).size()
            + " crossed a line about time, "
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
  }

  private void laws() {
    text.heading(2, "Laws on random input");
    if (properties.isEmpty()) {
      text.line("No property was tried by this build before it measured.");
      return;
    }
    text.header(List.of("law", "outcome", "tries", "seed", "when"));
    for (PropertyRun run : properties) {
      text.row(
          List.of(run.law(), run.outcome(), Text.number(run.tries(), "1"), run.seed(), run.when()));
    }
    text.line("").line("To try one again from its seed, write the seed into its `@Property`.");
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
    for (CategoryResult each : with(Outcome.TIME_LINE_CROSSED)) {
      text.bullet(
          "**Low priority**, "
              + each.category().title()
              + ": lines about time crossed: "
              + Text.number(each.sum("time_lines_crossed"), "1")
              + ".");
    }
    if (text.toString().length() == before) {
      text.line("None: nothing failed, and no line about time was crossed.");
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
    List<String> reduced =
        categories.stream()
            .filter(CategoryResult::reduced)
            .map(each -> each.category().number() + ". " + each.category().title())
            .toList();
    text.line(
        reduced.isEmpty()
            ? "No category needs a larger profile: each measured its whole row."
            : "These need a larger profile for their whole row: "
                + String.join("; ", reduced)
                + ".");
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

  private void environment() {
    text.heading(2, "Test environment");
    text.header(List.of("what", "value"));
    measured.environment().forEach((key, value) -> text.row(List.of(Text.words(key), value)));
    text.row(List.of("started", measured.start()));
    text.row(List.of("ended", measured.stop()));
    text.row(List.of("budget", Text.number(measured.budgetSeconds(), "s")));
  }

  private void data() {
    text.heading(3, "Test data");
    text.header(List.of("#", "whole row", "largest here"));
    for (CategoryResult each : categories) {
      text.row(
          List.of(
              Integer.toString(each.category().number()),
              each.category().parameters(),
              here(each)));
    }
    text.line("");
    text.line(
        "Models, noise and order of everything random follow from the seed "
            + measured.seed()
            + ". Real weights are those of bge-small-en and its v1.5, a fine-tune.");
  }

  /** Returns the largest size of a category, and what else was less than its row has. */
  private static String here(CategoryResult category) {
    if (category.rows().isEmpty()) {
      return "not run";
    }
    double largest =
        category.rows().stream().mapToDouble(row -> row.valueOr(Sizes.LARGEST, 0)).max().orElse(0);
    StringBuilder here = new StringBuilder(largest == 0 ? "whole row" : Text.number(largest, "1"));
    category.reductions().stream()
        .filter(each -> !each.what().equals(Sizes.LARGEST))
        .forEach(
            each ->
                here.append(", ")
                    .append(Text.words(each.what()))
                    .append(' ')
                    .append(Text.number(each.here(), "1"))
                    .append(" of ")
                    .append(Text.number(each.ofRow(), "1")));
    return here.toString();
  }

  private void files() {
    text.heading(2, "Files, and how to run it again");
    text.bullet(
        "`results.json`: every figure, with its interval; all that stands here is from it.");
    text.bullet("`" + BenchmarksPage.FILE + "`: every benchmark in tables, lossy methods apart.");
    text.bullet("`results.csv`, `metrics.txt`, `jmh-result.json`: the same for other programs.");
    text.line("");
    text.line("```bash");
    text.line("mvn verify -P" + measured.profile() + " -Dcoral.seed=" + measured.seed());
    text.line("mvn verify -P" + measured.profile() + " -Dcoral.suites=stress");
    text.line("mvn verify -P" + measured.profile() + " -Dcoral.profiler=jfr");
    text.line("```");
  }

  private void conclusion() {
    text.heading(2, "Conclusion");
    text.line("**Overall assessment: " + assessment.grade().text() + "**. " + assessment.reason());
  }
}

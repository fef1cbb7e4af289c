package io.coralml.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.BenchmarkException;
import io.coralml.perf.qa.Category;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The QA report")
class QaReportTest {
  private static final String WHOLE =
      metric("largest_size", 10) + "," + metric("largest_size_of_row", 10);

  private static String metric(String key, double value) {
    return '"'
        + key
        + "\":{\"value\":"
        + value
        + ",\"low\":null,\"high\":null,\"unit\":\"1\",\"better\":\"lower\"}";
  }

  private static String row(String tag, String status, String failure, String metrics) {
    return "{\"suite\":\"qa\",\"name\":\"Some."
        + tag.replace("-", "")
        + "\",\"parameters\":{},\"tags\":[\"qa\",\""
        + tag
        + "\"],\"status\":\""
        + status
        + (failure.isEmpty() ? "" : "\",\"failure\":\"java.lang.AssertionError: " + failure)
        + "\",\"metrics\":{"
        + metrics
        + "}}";
  }

  /** All twelve passed with whole rows. */
  private static List<String> allPassed() {
    List<String> rows = new ArrayList<>();
    for (Category category : Category.values()) {
      rows.add(row(category.tag(), "passed", "", WHOLE + "," + metric("mismatched_elements", 0)));
    }
    return rows;
  }

  private static byte[] file(List<String> rows) {
    return ("{\"schema\":1,\"profile\":\"standard\",\"seed\":7,\"start\":\"2026-01-01T00:00:00Z\","
            + "\"stop\":\"2026-01-01T00:05:00Z\",\"budget_s\":300,"
            + "\"environment\":{\"cpu_cores\":\"2\",\"git_commit\":\"c0ffee\",\"memory_bytes\":\"25000000000\"},"
            + "\"problems\":[],\"benchmarks\":["
            + String.join(",", rows)
            + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] changed(int at, String row) {
    List<String> rows = allPassed();
    rows.set(at, row);
    return file(rows);
  }

  @Test
  @DisplayName("says EXCELLENT when all twelve passed with their whole rows, and names no issue")
  void excellent() {
    String report = QaReport.of(file(allPassed()));
    assertThat(report)
        .contains("Overall assessment: **EXCELLENT**")
        .contains("12 passed, 0 failed, 0 crossed a line about time")
        .contains("None: nothing failed, and no line about time was crossed.")
        .contains("12 benchmarks compared what they read back bit for bit; 0 elements differed.");
  }

  @Test
  @DisplayName("says GOOD when a row was reduced, and by how much")
  void reduced() {
    String reduced = metric("largest_size", 5) + "," + metric("largest_size_of_row", 10);
    String report = QaReport.of(changed(1, row("qa-02", "passed", "", reduced)));
    assertThat(report)
        .contains("Overall assessment: **GOOD**")
        .contains("Reduced by the profile: largest size was 5; the row goes to 10.")
        .contains("Run a larger profile than standard: 1 categories");
  }

  @Test
  @DisplayName("calls a row reduced also when another number than its largest size was less")
  void reducedOtherwise() {
    String side = metric("side", 300) + "," + metric("side_of_row", 1000);
    String report = QaReport.of(changed(1, row("qa-02", "passed", "", WHOLE + "," + side)));
    assertThat(report)
        .contains("Overall assessment: **GOOD**")
        .contains("Reduced by the profile: side was 300; the row goes to 1,000.")
        .contains("| 10, side 300 of 1,000 |");
  }

  @Test
  @DisplayName("says FAIR when a category was skipped, with the reason, and never that it passed")
  void skipped() {
    byte[] file =
        changed(6, row("qa-07", "aborted", "Skipped: needs 1,600 MB of memory, there are 5.", ""));
    assertThat(QaReport.of(file))
        .contains("Overall assessment: **FAIR**")
        .contains("7. Extreme tensor sizes ⏭️ SKIPPED")
        .contains("needs 1,600 MB of memory, there are 5.")
        .contains("11 passed, 0 failed");
  }

  @Test
  @DisplayName("says FAIR when a time line was crossed")
  void missed() {
    assertThat(
            QaReport.assessment(
                changed(5, row("qa-06", "passed", "", metric("time_lines_crossed", 1)))))
        .isEqualTo("FAIR");
  }

  @Test
  @DisplayName("says FAIR when a category was not run")
  void notRun() {
    List<String> rows = allPassed();
    rows.remove(8);
    assertThat(QaReport.of(file(rows)))
        .contains("Overall assessment: **FAIR**")
        .contains("9. Command line performance ➖ NOT RUN");
  }

  @Test
  @DisplayName("says NEEDS ATTENTION when a category failed, and lists it with its message")
  void failed() {
    byte[] file = changed(1, row("qa-02", "failed", "The slope is 4,096 B.", WHOLE));
    assertThat(QaReport.of(file))
        .contains("Overall assessment: **NEEDS ATTENTION**")
        .contains("**Medium priority**, Memory leak detection: Some.qa02: The slope is 4,096 B.")
        .contains("1. Bring category 2 back behind its line");
  }

  @Test
  @DisplayName("tells the whole of a failed comparison, which takes several lines")
  void severalLines() {
    String message = "[bytes]\\n\\nExpecting actual:\\n  3\\nto be less than or equal to:\\n  2";
    assertThat(QaReport.of(changed(1, row("qa-02", "failed", message, WHOLE))))
        .contains("[bytes] Expecting actual: 3 to be less than or equal to: 2");
  }

  @Test
  @DisplayName("says UNSAFE when something came back wrong")
  void unsafe() {
    byte[] file =
        changed(
            2, row("qa-03", "failed", "Verified of 4 is 97 %.", metric("mismatched_elements", 3)));
    assertThat(QaReport.of(file))
        .contains("Overall assessment: **UNSAFE**")
        .contains("3 elements came back wrong.")
        .contains("**High priority, exactness**, HDF5 concurrent stress");
  }

  @Test
  @DisplayName("turns figures by size into a table and says how they change")
  void sizes() {
    String metrics =
        metric("store_ms_at_100", 2) + "," + metric("store_ms_at_1000", 50) + "," + WHOLE;
    assertThat(QaReport.of(changed(0, row("qa-01", "passed", "", metrics))))
        .contains("| size | store ms |")
        .contains("| 1,000 | 50 |")
        .contains("From 100 to 1,000, store ms changed by a factor of 25.");
  }

  @Test
  @DisplayName("says of which commit the suites were, on which machine, and from which seed")
  void head() {
    assertThat(QaReport.of(file(allPassed())))
        .contains("**Generated:** 2026-01-01T00:05:00Z")
        .contains("**Suite version:** commit c0ffee")
        .contains("**Profile:** standard, seed 7")
        .contains("**System:** 2 CPUs, 25.0 GB memory");
  }

  @Test
  @DisplayName("has a heading for every section of the original's report")
  void sections() {
    String report = QaReport.of(file(allPassed()));
    for (String heading :
        List.of(
            "## Executive summary",
            "### Key findings",
            "### Overall assessment",
            "## Test results",
            "## The suites",
            "## Performance benchmarks",
            "### Memory",
            "## Analysis of scale",
            "## Stress test results",
            "### System limits",
            "### Breaking points",
            "### Recovery",
            "## Data integrity",
            "## Laws on random input",
            "## Beside the original",
            "## Critical issues",
            "## Coverage",
            "## Recommendations",
            "### Immediate, before a release",
            "### Performance",
            "### Scale and monitoring",
            "## Test environment",
            "### Test data",
            "## Files, and how to run it again",
            "## Conclusion")) {
      assertThat(report).contains("\n" + heading);
    }
  }

  @Test
  @DisplayName("fits the growth of what was measured by size, and names what limited it")
  void scale() {
    StringBuilder metrics = new StringBuilder(WHOLE);
    for (int size : new int[] {10, 30, 100, 300, 1000}) {
      metrics.append(',').append(metric("commit_ms_at_" + size, 0.5 * size));
      metrics.append(',').append(metric("force_percent_at_" + size, size < 1000 ? 70 : 10));
      metrics.append(',').append(metric("cpu_percent_at_" + size, 40));
    }
    assertThat(QaReport.of(changed(5, row("qa-06", "passed", "", metrics.toString()))))
        .contains("| Some.qa06 | commit ms | 10 to 1,000 | Grows like n (exponent 1.00")
        .contains("| force 70 %, then cpu 40 % |");
  }

  @Test
  @DisplayName("says how a cost grows whose smallest size is 1, which classes of growth leave out")
  void growthFromOne() {
    StringBuilder metrics = new StringBuilder(WHOLE);
    for (int size = 1; size <= 64; size *= 2) {
      metrics.append(',').append(metric("open_ms_at_" + size, size == 1 ? 500 : 3.0 * size));
    }
    assertThat(QaReport.of(changed(5, row("qa-06", "passed", "", metrics.toString()))))
        .contains("| Some.qa06 | open ms | 2 to 64 | Grows like n (exponent 1.00");
  }

  @Test
  @DisplayName("says how a rate grows with those who work at once")
  void rates() {
    StringBuilder metrics = new StringBuilder(WHOLE).append(',');
    for (int threads = 1; threads <= 64; threads *= 2) {
      metrics.append(metric("commits_per_s_at_" + threads, 100.0 * threads)).append(',');
    }
    metrics.append(metric("degradation_point", 0));
    assertThat(QaReport.of(changed(2, row("qa-03", "passed", "", metrics.toString()))))
        .contains("| 1 to 64 | The rate grows with exponent 1.00 (95 % interval")
        .contains("The time of one: Grows like")
        .contains("| not in this row |");
  }

  @Test
  @DisplayName("says from where on more do harm")
  void degradation() {
    String metrics =
        metric("commits_per_s_at_1", 100)
            + ","
            + metric("commits_per_s_at_2", 50)
            + ","
            + metric("degradation_point", 2)
            + ","
            + WHOLE;
    assertThat(QaReport.of(changed(2, row("qa-03", "passed", "", metrics))))
        .contains("| Some.qa03 | commits per s | 1 to 2 | too few sizes |  | from 2 on |")
        .contains("Stay below 2 in Some.qa03");
  }

  @Test
  @DisplayName("tells how far loads were taken and what gave way")
  void stress() {
    String broken =
        "{\"suite\":\"stress\",\"name\":\"Some.load\",\"parameters\":{},\"tags\":[\"stress\"],"
            + "\"status\":\"passed\",\"metrics\":{"
            + metric("reached", 8)
            + ","
            + metric("search_bound", 64)
            + ","
            + metric("broke", 1)
            + "}}";
    List<String> rows = allPassed();
    rows.add(broken);
    assertThat(QaReport.of(file(rows)))
        .contains("* Some.load: 8, of 64 that were to be tried.")
        .contains("* Some.load: beyond 8.")
        .contains("1 of 1 searches found one.");
  }

  @Test
  @DisplayName("lists the laws that were tried, with tries and seed")
  void laws(@TempDir Path folder) {
    new PropertyRun("A law", "SUCCESSFUL", 200, "-17", "2026-01-01T00:00:00Z")
        .write(folder, "Laws.first");
    new PropertyRun("A broken law", "FAILED", 3, "5", "2026-01-01T00:00:01Z")
        .write(folder, "Laws.second");
    assertThat(QaReport.of(file(allPassed()), PropertyRun.readAll(folder)))
        .contains("| A law | SUCCESSFUL | 200 | -17 | 2026-01-01T00:00:00Z |")
        .contains("| A broken law | FAILED | 3 | 5 | 2026-01-01T00:00:01Z |");
  }

  @Test
  @DisplayName("is made even where what a law left cannot be read")
  void unreadableLaw(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("Laws.torn"), "A law\nSUCC");
    assertThat(QaReport.of(file(allPassed()), PropertyRun.readAll(folder)))
        .contains("| Laws.torn | UNREADABLE | 0 |");
    assertThat(PropertyRun.readAll(folder.resolve("nowhere"))).isEmpty();
  }

  @Test
  @DisplayName("is not made of a file of another schema")
  void otherSchema() {
    byte[] other = "{\"schema\":2,\"benchmarks\":[]}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> QaReport.of(other))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("schema 1");
  }
}

package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whoever commits the results of another standard run is told here which pages quote the old. */
@DisplayName("A figure that a page takes from the standard run")
class QuotedFiguresTest {
  private static final List<String> STRATEGIES =
      List.of("KMEANS", "HIERARCHICAL", "DBSCAN", "FOREST", "ADAPTIVE");
  private static final String WHOLE = "a whole real pair";
  private static final Pattern RATES =
      Pattern.compile(
          "Encoding bf16 [^(]*\\(([\\d.]+)x [^;]*; ([\\d.]+)x at f32\\)[^(]*\\(([\\d.]+)x;"
              + " ([\\d.]+)x\\)");
  private static final Pattern SEARCH =
      Pattern.compile("took ([\\d.]+) times as long \\((\\d+) against (\\d+) ms\\)");

  private final StandardRun run = StandardRun.read();

  QuotedFiguresTest() throws IOException {}

  private static Page page(String path) throws IOException {
    return Page.read(Page.ROOT.resolve(path));
  }

  /** Returns the rows of a table of collections, by how many columns it has. */
  private static List<List<String>> collections(int columns) throws IOException {
    return page("coral-perf-tests/docs/clustering.md").prose().stream()
        .filter(line -> line.startsWith("| `") || line.startsWith("| " + WHOLE))
        .map(StandardRun::cells)
        .filter(cells -> cells.size() == columns)
        .toList();
  }

  private static MatchResult found(Pattern pattern, String path) throws IOException {
    return pattern
        .matcher(String.join(" ", page(path).prose()))
        .results()
        .findFirst()
        .orElseThrow(() -> new AssertionError(path + " does not say " + pattern));
  }

  private static String name(List<String> row) {
    return row.get(0).replaceAll("^`([A-Z_0-9]+)`.*", "$1");
  }

  private static void same(List<String> row, int column, double measured) {
    assertThat(StandardRun.number(row.get(column)))
        .as("column %d of %s", column, row)
        .isCloseTo(measured, withPercentage(1));
  }

  @Test
  @DisplayName("about what a repack saves is the one of each strategy")
  void repack() throws IOException {
    List<List<String>> rows = collections(3 + STRATEGIES.size());
    assertThat(rows).hasSizeGreaterThan(4);
    for (List<String> row : rows) {
      boolean whole = row.get(0).startsWith(WHOLE);
      String benchmark = "RepackBenchmark." + (whole ? "realModels" : "collections");
      for (String strategy : STRATEGIES) {
        List<String> arguments =
            whole ? List.of(strategy) : List.of("families " + name(row), "strategy " + strategy);
        same(row, 1, run.figure(benchmark, arguments, "raw bytes"));
        same(row, 2, run.figure(benchmark, arguments, "before bytes"));
        int column = 3 + STRATEGIES.indexOf(strategy);
        same(row, column, run.figure(benchmark, arguments, "stored bytes"));
      }
    }
  }

  @Test
  @DisplayName("about looking for a base is the one with and without")
  void nearestBase() throws IOException {
    List<List<String>> rows = collections(4);
    assertThat(rows).hasSizeGreaterThan(6);
    for (List<String> row : rows) {
      boolean whole = row.get(0).startsWith(WHOLE);
      String benchmark = "NearestBaseBenchmark." + (whole ? "realModels" : "collections");
      List<String> arguments = whole ? List.of() : List.of("families " + name(row));
      same(row, 1, run.figure(benchmark, arguments, "raw bytes"));
      same(row, 2, run.figure(benchmark, arguments, "alone encoded bytes"));
      same(row, 3, run.figure(benchmark, arguments, "searched encoded bytes"));
    }
  }

  @Test
  @DisplayName("about the cost of a search is near it")
  void searchCost() throws IOException {
    MatchResult quoted = found(SEARCH, "coral-perf-tests/docs/clustering.md");
    String benchmark = "SearchCostBenchmark.commits";
    near(quoted.group(1), run.figure(benchmark, List.of(), "commit of 85 cost of search"));
    near(quoted.group(2), run.figure(benchmark, List.of(), "commit of 85 searched ns"));
    near(quoted.group(3), run.figure(benchmark, List.of(), "commit of 85 unsearched ns"));
  }

  @Test
  @DisplayName("about the rates of the codec is near the ratio in its table")
  void rates() throws IOException {
    MatchResult quoted = found(RATES, "coral-core/docs/comparison.md");
    near(quoted.group(1), beside("encode", "BF16"));
    near(quoted.group(2), beside("encode", "F32"));
    near(quoted.group(3), beside("decode", "BF16"));
    near(quoted.group(4), beside("decode", "F32"));
  }

  /** Returns the rate of the codec over the rate of what XOR, planes and zstd reach. */
  private double beside(String what, String format) {
    String benchmark = "CodecPerformanceBenchmark." + what;
    return run.figure(benchmark, List.of("coral balanced,", "format " + format), "mb per s")
        / run.figure(benchmark, List.of("XOR + planes + zstd-3,", "format " + format), "mb per s");
  }

  /** Times vary from run to run; what is told from them must not. */
  private static void near(String quoted, double measured) {
    assertThat(Double.parseDouble(quoted)).isCloseTo(measured, withPercentage(10));
  }
}

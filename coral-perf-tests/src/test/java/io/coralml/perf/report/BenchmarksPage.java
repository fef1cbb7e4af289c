package io.coralml.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes {@code BENCHMARKS.md} from a result file: every benchmark of the run, suite by suite, with
 * comparators and limits in the same table as what they stand beside, and lossy methods in a table
 * of their own.
 *
 * <p>Every measured run writes one beside its results; to write it anew from kept results, run
 * {@link #main} with the module's test class path.
 */
public final class BenchmarksPage {
  /** The name of the file. */
  public static final String FILE = "BENCHMARKS.md";

  /** Metrics worth a column, in order, where a benchmark has them. */
  private static final List<String> COLUMNS =
      List.of(
          "raw_bytes",
          "stored_bytes",
          "compression_ratio",
          "limit_ratio",
          "space_saved_percent",
          "mismatched_elements",
          "ns_per_op",
          "p50_ns",
          "p95_ns",
          "p99_ns",
          "ops_per_s",
          "mb_per_s",
          "b_per_op");

  private final Measured measured;
  private final Text text = new Text();

  private BenchmarksPage(Measured measured) {
    this.measured = measured;
  }

  /**
   * Reads a result file and writes the page.
   *
   * @param arguments the result file and the page
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("Name two files: results.json and the page to write.");
    }
    Files.writeString(Path.of(arguments[1]), of(Files.readAllBytes(Path.of(arguments[0]))));
  }

  /**
   * Returns the page.
   *
   * @param resultJson the content of a {@code results.json}
   */
  public static String of(byte[] resultJson) {
    return new BenchmarksPage(Measured.read(resultJson)).write();
  }

  private String write() {
    text.line("# Benchmarks").line("");
    text.line(
        "Measured with the profile "
            + measured.profile()
            + " on "
            + measured.environment("cpu_model")
            + ", "
            + measured.environment("cpu_cores")
            + " cores, "
            + measured.environment("os")
            + ", "
            + measured.environment("jvm")
            + "; "
            + measured.start()
            + ", commit "
            + measured.environment("git_commit")
            + ", seed "
            + measured.seed()
            + ".");
    text.line("");
    text.line(
        "Times are medians with their 95 % interval. `limit ratio` is what information theory allows for the"
            + " process that made the data; a ratio is always raw bytes over all stored bytes. Numbers of one table were"
            + " taken in one run and may be compared; numbers of two machines may not.");
    for (String problem : measured.problems()) {
      text.line("").line("> " + problem);
    }
    SortedMap<String, List<Measured.Row>> suites = new TreeMap<>();
    List<Measured.Row> lossy = new ArrayList<>();
    for (Measured.Row row : measured.rows()) {
      if (isLossy(row)) {
        lossy.add(row);
      } else {
        suites.computeIfAbsent(row.suite(), suite -> new ArrayList<>()).add(row);
      }
    }
    suites.forEach(this::suite);
    if (!lossy.isEmpty()) {
      suite("lossy methods", lossy);
      text.line("").line("What these give back is not what was put; they stand in no other table.");
    }
    return text.toString();
  }

  /** A benchmark that says so by its tag, or whose result is known not to be exact. */
  private static boolean isLossy(Measured.Row row) {
    return row.tags().contains("lossy") || row.valueOr("max_abs_error", 0) > 0;
  }

  private void suite(String suite, List<Measured.Row> rows) {
    text.heading(2, suite.substring(0, 1).toUpperCase(Locale.ROOT) + suite.substring(1));
    Map<String, List<Measured.Row>> benchmarks = new LinkedHashMap<>();
    rows.forEach(row -> benchmarks.computeIfAbsent(row.name(), name -> new ArrayList<>()).add(row));
    benchmarks.forEach(this::benchmark);
  }

  private void benchmark(String name, List<Measured.Row> rows) {
    text.heading(3, name);
    List<String> keys =
        COLUMNS.stream()
            .filter(key -> rows.stream().anyMatch(row -> row.metrics().containsKey(key)))
            .toList();
    List<String> head = new ArrayList<>(List.of("arguments"));
    keys.forEach(key -> head.add(Text.words(key)));
    head.add("own figures");
    text.header(head);
    for (Measured.Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.arguments()));
      for (String key : keys) {
        Measured.Value value = row.metrics().get(key);
        cells.add(value == null ? "" : withInterval(value));
      }
      cells.add(row.passed() ? own(row) : row.status() + ": " + row.reason());
      text.row(cells);
    }
  }

  /** What the scenario itself recorded, beyond the columns and what every run records. */
  private static String own(Measured.Row row) {
    List<String> figures = new ArrayList<>();
    row.metrics()
        .forEach(
            (key, value) -> {
              if (!COLUMNS.contains(key)
                  && !CategorySection.ofTheRun(key)
                  && !key.equals("limit_bytes")
                  && !key.equals("ns_per_op_mad")
                  && !key.equals("outliers")
                  && !key.equals("cpu_percent")) {
                figures.add(Text.words(key) + " " + Text.number(value));
              }
            });
    return String.join("; ", figures);
  }

  private static String withInterval(Measured.Value value) {
    boolean interval =
        !Double.isNaN(value.low()) && !Double.isNaN(value.high()) && value.low() != value.high();
    return interval
        ? "["
            + Text.number(value.low(), value.unit())
            + " "
            + Text.number(value)
            + " "
            + Text.number(value.high(), value.unit())
            + "]"
        : Text.number(value);
  }
}

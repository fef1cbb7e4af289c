package io.coralml.perf.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The committed results of a standard run, {@code BENCHMARKS.md}.
 *
 * @param lines of the page
 */
record StandardRun(List<String> lines) {
  private static final Pattern VALUE = Pattern.compile("([\\d.,]+)(?: ([kMG]?B)\\b)?.*");
  private static final Pattern INTERVAL = Pattern.compile("\\[\\S+ \\S+ (\\S+ \\S+) \\S+ \\S+\\]");
  private static final Map<String, Double> UNITS =
      Map.of("B", 1.0, "kB", 1e3, "MB", 1e6, "GB", 1e9);

  static StandardRun read() throws IOException {
    return new StandardRun(Files.readAllLines(Page.ROOT.resolve("coral-perf-tests/BENCHMARKS.md")));
  }

  /**
   * Returns a figure: the median of a column, or one of a benchmark's own figures.
   *
   * @param benchmark class and method, as they head a table
   * @param arguments words that the arguments of its row have
   * @param key the name of the figure, with spaces
   */
  double figure(String benchmark, List<String> arguments, String key) {
    List<List<String>> table =
        lines.stream()
            .dropWhile(line -> !line.equals("### " + benchmark))
            .skip(1)
            .takeWhile(line -> !line.startsWith("#"))
            .filter(line -> line.startsWith("|"))
            .map(StandardRun::cells)
            .toList();
    List<String> row =
        table.stream()
            .skip(2)
            .filter(cells -> arguments.stream().allMatch(cells.get(0)::contains))
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("There is no " + benchmark + " with " + arguments + "."));
    int column = table.get(0).indexOf(key);
    return number(column >= 0 ? row.get(column) : own(row.get(row.size() - 1), key));
  }

  private static String own(String figures, String key) {
    return Stream.of(figures.split("; ", -1))
        .filter(figure -> figure.matches(Pattern.quote(key) + " [\\d.-].*"))
        .map(figure -> figure.substring(key.length() + 1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no figure " + key + " in " + figures));
  }

  static List<String> cells(String line) {
    List<String> parts = Arrays.asList(line.split("\\|", -1));
    return parts.subList(1, parts.size() - 1).stream().map(String::strip).toList();
  }

  /** Returns a value in bytes, or without its unit where it has another one. */
  static double number(String text) {
    Matcher interval = INTERVAL.matcher(text);
    Matcher value = VALUE.matcher(interval.matches() ? interval.group(1) : text);
    if (!value.matches()) {
      throw new AssertionError("No figure: " + text);
    }
    double unit = value.group(2) == null ? 1 : UNITS.getOrDefault(value.group(2), 1.0);
    return unit * Double.parseDouble(value.group(1).replace(",", ""));
  }
}

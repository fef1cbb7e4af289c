package io.coralml.perf.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A figure that the original's two documents give, and the metric that measures the same here. They
 * stand in {@code original.csv} beside this class, one a line.
 *
 * @param table what the figures are about
 * @param row which row of it
 * @param figure which column
 * @param original the figure, as it stands there
 * @param benchmark class and method here
 * @param arguments of the benchmark, as {@link Measured.Row#arguments} writes them; may be empty
 * @param metric its key
 */
record OriginalFigure(
    String table,
    String row,
    String figure,
    String original,
    String benchmark,
    String arguments,
    String metric) {
  private static final String FILE = "original.csv";
  private static final int CELLS = 7;

  /** Reads all of them, in the order of the documents. */
  static List<OriginalFigure> all() {
    try (InputStream in = OriginalFigure.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path.");
      }
      List<OriginalFigure> figures = new ArrayList<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .forEach(line -> figures.add(of(line)));
      return figures;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OriginalFigure of(String line) {
    List<String> cells = Arrays.asList(line.split(";", -1));
    if (cells.size() != CELLS) {
      throw new IllegalStateException("A line of " + FILE + " has not 7 cells: " + line);
    }
    return new OriginalFigure(
        cells.get(0),
        cells.get(1),
        cells.get(2),
        cells.get(3),
        cells.get(4),
        cells.get(5),
        cells.get(6));
  }

  /** Returns what a run measured, or why it has nothing to say. */
  String here(Measured measured) {
    List<Measured.Row> rows =
        measured.rows().stream()
            .filter(each -> each.name().equals(benchmark))
            .filter(each -> each.arguments().equals(arguments))
            .toList();
    if (rows.isEmpty()) {
      return "not part of this run";
    }
    Measured.Row last = rows.get(rows.size() - 1);
    String broken = last.passed() ? "" : " (" + last.status() + ")";
    Measured.Value value = last.metrics().get(metric);
    return value == null
        ? "not measured in the profile " + measured.profile() + broken
        : Text.number(value) + broken;
  }
}

package io.coralml.perf.report;

import java.util.ArrayList;
import java.util.List;

/** Writes all scenarios of a tag with their outcome and figures. */
final class ScenarioTable {
  private final Measured measured;

  ScenarioTable(Measured measured) {
    this.measured = measured;
  }

  void write(String title, String tag, String kind, Text text) {
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
}

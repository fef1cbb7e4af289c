package io.coralml.perf.report;

import java.util.List;

/** Writes how far loads were taken, what gave way, and whether it came back. */
final class StressSection {
  private static final String TAG = "stress";
  private static final String REACHED = "reached";

  private final Measured measured;

  StressSection(Measured measured) {
    this.measured = measured;
  }

  void write(Text text) {
    new ScenarioTable(measured).write("Stress test results", TAG, "scenario", text);
    List<Measured.Row> rows = measured.tagged(TAG);
    limits(rows, text);
    breakingPoints(rows, text);
    recovery(rows, text);
  }

  private static void limits(List<Measured.Row> rows, Text text) {
    text.heading(3, "System limits");
    for (Measured.Row row : rows) {
      Measured.Value reached = row.metrics().get(REACHED);
      if (reached != null) {
        String bound =
            row.value("search_bound")
                .map(most -> ", of " + Text.number(most, reached.unit()) + " that were to be tried")
                .orElse("");
        text.bullet(row.title() + ": " + Text.number(reached) + bound + ".");
      }
    }
  }

  private static void breakingPoints(List<Measured.Row> rows, Text text) {
    text.heading(3, "Breaking points");
    List<Measured.Row> broken = rows.stream().filter(row -> row.valueOr("broke", 0) > 0).toList();
    for (Measured.Row row : broken) {
      text.bullet(row.title() + ": beyond " + Text.number(row.valueOr(REACHED, 0), "1") + ".");
    }
    long searched = rows.stream().filter(row -> row.metrics().containsKey("broke")).count();
    text.line(
        broken.isEmpty()
            ? "None of " + searched + " searches found one within its bound."
            : broken.size() + " of " + searched + " searches found one.");
  }

  private void recovery(List<Measured.Row> rows, Text text) {
    text.heading(3, "Recovery");
    List<Measured.Row> scarcity =
        rows.stream().filter(row -> row.name().startsWith("Scarcity")).toList();
    text.bullet(count(scarcity) + " scenarios of a full disk or too small a heap went on exactly.");
    text.bullet(
        count(measured.tagged("integrity"))
            + " scenarios of damage, kills and other integrity checks passed.");
  }

  private static String count(List<Measured.Row> rows) {
    return rows.stream().filter(Measured.Row::passed).count() + " of " + rows.size();
  }
}

package io.coralml.perf.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes every figure of the original's documents, with what this run measured beside it. */
final class OriginalSection {
  private final Measured measured;

  OriginalSection(Measured measured) {
    this.measured = measured;
  }

  void write(Text text) {
    text.heading(2, "Beside the original");
    text.line(
        "The figures of the Python original as its documents give them: from another run on another"
            + " machine, in part of other data, and not all exact. They say what was promised, not"
            + " how many times one is better.");
    Map<String, Text> tables = new LinkedHashMap<>();
    for (OriginalFigure each : OriginalFigure.all()) {
      tables
          .computeIfAbsent(each.table(), OriginalSection::table)
          .row(
              List.of(
                  each.row(),
                  each.figure(),
                  each.original(),
                  each.here(measured),
                  "`" + each.benchmark() + "`"));
    }
    tables.values().forEach(table -> text.line(table.toString()));
    text.line("How both read their tables:").line("");
    for (String sentence : Bands.SENTENCES) {
      text.bullet(sentence);
    }
  }

  private static Text table(String name) {
    return new Text()
        .heading(3, name)
        .header(List.of("row", "figure", "original", "here", "measured by"));
  }
}

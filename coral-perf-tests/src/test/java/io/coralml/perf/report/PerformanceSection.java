package io.coralml.perf.report;

import io.coralml.perf.qa.Category;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes the tables of memory, throughput and storage over all suites, each read by its bands. */
final class PerformanceSection {
  private static final String OVERHEAD = "overhead";

  private final Measured measured;

  PerformanceSection(Measured measured) {
    this.measured = measured;
  }

  void write(Text text) {
    text.heading(2, "Performance benchmarks");
    memory(text);
    throughput(text);
    storage(text);
  }

  private void memory(Text text) {
    text.heading(3, "Memory");
    List<Measured.Row> rows = measured.tagged(Category.MEMORY_PATTERNS.tag());
    if (rows.isEmpty()) {
      text.line("Not part of this run.");
    }
    for (Measured.Row row : rows) {
      CategorySection.bySize(row)
          .getOrDefault(OVERHEAD, new java.util.TreeMap<>())
          .forEach(
              (side, overhead) ->
                  text.bullet(
                      side
                          + "²: at the peak "
                          + Text.number(overhead)
                          + " of the tensor, "
                          + row.value("store_peak_bytes_at_" + side)
                              .map(bytes -> Text.number(bytes, "B"))
                              .orElse("unknown")
                          + " to store, "
                          + row.value("retrieve_peak_bytes_at_" + side)
                              .map(bytes -> Text.number(bytes, "B"))
                              .orElse("unknown")
                          + " to read."));
    }
    for (Measured.Row row : measured.suite("memory")) {
      for (Map.Entry<String, Measured.Value> entry : row.metrics().entrySet()) {
        if (entry.getKey().startsWith("resident_")) {
          text.bullet(
              row.title()
                  + ": "
                  + Text.words(entry.getKey())
                  + " "
                  + Text.number(entry.getValue()));
        }
      }
    }
  }

  private void throughput(Text text) {
    List<Measured.Row> fast =
        measured.rows().stream()
            .filter(row -> row.metrics().containsKey("mb_per_s"))
            .sorted(Comparator.comparingDouble(row -> -row.valueOr("mb_per_s", 0)))
            .toList();
    if (!fast.isEmpty()) {
      text.heading(3, "Throughput");
      text.header(List.of("operation", "MB/s", "read as", "time", "read as", "allocated"));
      for (Measured.Row row : fast) {
        text.row(
            List.of(
                row.title(),
                Text.number(row.valueOr("mb_per_s", 0), ""),
                Bands.ofThroughput(row.valueOr("mb_per_s", 0)),
                Text.number(row.valueOr("ns_per_op", 0), "ns"),
                Bands.ofTime(row.valueOr("ns_per_op", 0)),
                Text.number(row.valueOr("b_per_op", 0), "B")));
      }
    }
  }

  private void storage(Text text) {
    List<Measured.Row> stored =
        measured.suite("compression").stream()
            .filter(row -> row.metrics().containsKey("compression_ratio"))
            .filter(row -> !row.name().startsWith("Codec"))
            .filter(row -> !row.tags().contains("lossy"))
            .toList();
    if (!stored.isEmpty()) {
      text.heading(3, "Storage efficiency");
      text.header(List.of("scenario", "raw", "stored", "ratio", "read as", "limit", "saved"));
      for (Measured.Row row : stored) {
        text.row(
            List.of(
                row.title(),
                Text.number(row.valueOr("raw_bytes", 0), "B"),
                Text.number(row.valueOr("stored_bytes", 0), "B"),
                Text.number(row.valueOr("compression_ratio", 0), "x"),
                Bands.ofRatio(row.valueOr("compression_ratio", 0)),
                row.value("limit_ratio").map(limit -> Text.number(limit, "x")).orElse("none known"),
                Text.number(row.valueOr("space_saved_percent", 0), "%")));
      }
    }
  }
}

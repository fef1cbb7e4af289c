package io.coralml.perf.report;

import io.coralml.perf.qa.Category;
import io.coralml.perf.qa.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes the section of one category: objective, tables, analysis, recommendation. */
final class CategorySection {
  private static final String AT = "_at_";

  /** What every scenario records about its own run, and no row of a category is about. */
  private static final Set<String> OF_THE_RUN =
      Set.of(
          "ns_per_op",
          "b_per_op",
          "peak_heap_bytes",
          "peak_rss_bytes",
          "direct_bytes",
          "mapped_bytes",
          "extra_heap_bytes",
          "gc_count",
          "gc_pause_ns",
          "gc_longest_pause_ns",
          Sizes.LARGEST);

  private final CategoryResult result;

  CategorySection(CategoryResult result) {
    this.result = result;
  }

  /** Tells whether every scenario records this about its own run. */
  static boolean ofTheRun(String key) {
    return OF_THE_RUN.contains(key) || key.endsWith(Sizes.OF_ROW);
  }

  void write(Text text) {
    Category category = result.category();
    text.heading(3, category.number() + ". " + category.title() + " " + result.outcome().text());
    text.line("**Objective**: " + category.objective() + ".  ");
    text.line("**Row**: " + category.parameters() + ".  ");
    text.line("**Pass line**: " + category.passLine() + ".");
    text.line("");
    for (Measured.Row row : result.rows()) {
      sizeTable(row, text);
    }
    plainTable(text);
    text.line("**Analysis**:");
    text.line("");
    analysis().forEach(text::bullet);
    text.line("");
    text.line("**Recommendation**: " + recommendation());
  }

  /** The metrics that differ by size: by their stem, then by size. */
  static SortedMap<String, SortedMap<Long, Measured.Value>> bySize(Measured.Row row) {
    SortedMap<String, SortedMap<Long, Measured.Value>> stems = new TreeMap<>();
    for (Map.Entry<String, Measured.Value> entry : row.metrics().entrySet()) {
      int at = entry.getKey().lastIndexOf(AT);
      String size = at < 0 ? "" : entry.getKey().substring(at + AT.length());
      if (size.matches("\\d{1,18}")) {
        stems
            .computeIfAbsent(entry.getKey().substring(0, at), key -> new TreeMap<>())
            .put(Long.parseLong(size), entry.getValue());
      }
    }
    return stems;
  }

  private static void sizeTable(Measured.Row row, Text text) {
    SortedMap<String, SortedMap<Long, Measured.Value>> stems = bySize(row);
    if (stems.isEmpty()) {
      return;
    }
    List<String> head = new ArrayList<>(List.of("size"));
    stems.keySet().forEach(stem -> head.add(Text.words(stem)));
    text.header(head);
    stems.values().stream()
        .flatMap(sizes -> sizes.keySet().stream())
        .distinct()
        .sorted()
        .forEach(
            size -> {
              List<String> cells =
                  new ArrayList<>(List.of(String.format(Locale.ROOT, "%,d", size)));
              stems
                  .values()
                  .forEach(
                      sizes ->
                          cells.add(
                              Optional.ofNullable(sizes.get(size)).map(Text::number).orElse("")));
              text.row(cells);
            });
    text.line("");
  }

  private void plainTable(Text text) {
    if (result.rows().isEmpty()) {
      return;
    }
    text.header(List.of("scenario", "outcome", "figures"));
    for (Measured.Row row : result.rows()) {
      List<String> figures = new ArrayList<>();
      row.metrics()
          .forEach(
              (key, value) -> {
                if (!key.matches(".*_at_\\d+") && !ofTheRun(key)) {
                  figures.add(Text.words(key) + " " + Text.number(value));
                }
              });
      String outcome =
          row.passed() ? "passed" : (row.skipped() ? "skipped: " : "failed: ") + row.reason();
      text.row(List.of(row.title(), outcome, String.join("; ", figures)));
    }
    text.line("");
  }

  private List<String> analysis() {
    List<String> sentences = new ArrayList<>();
    if (result.rows().isEmpty()) {
      return List.of("No scenario of this category was part of the run.");
    }
    long passed = result.rows().stream().filter(Measured.Row::passed).count();
    sentences.add(passed + " of " + result.rows().size() + " scenarios passed.");
    double checked =
        result.rows().stream().filter(r -> r.metrics().containsKey("mismatched_elements")).count();
    if (checked > 0) {
      double wrong = result.sum("mismatched_elements");
      sentences.add(
          wrong == 0
              ? "Everything that was read back was exact."
              : Text.number(wrong, "1") + " elements came back wrong.");
    }
    result.reductions().forEach(each -> sentences.add(each.sentence()));
    result.rows().forEach(row -> trends(row, sentences));
    return sentences;
  }

  /** How each figure changed from the least size to the largest. */
  private static void trends(Measured.Row row, List<String> sentences) {
    bySize(row)
        .forEach(
            (stem, sizes) -> {
              if (sizes.size() > 1 && sizes.get(sizes.firstKey()).value() > 0) {
                double factor =
                    sizes.get(sizes.lastKey()).value() / sizes.get(sizes.firstKey()).value();
                sentences.add(
                    String.format(
                        Locale.ROOT,
                        "From %,d to %,d, %s changed by a factor of %.3g.",
                        sizes.firstKey(),
                        sizes.lastKey(),
                        Text.words(stem),
                        factor));
              }
            });
  }

  private String recommendation() {
    return switch (result.outcome()) {
      case FAILED -> "look into it: " + String.join(" ", result.failures());
      case TIME_LINE_CROSSED ->
          "lines about time crossed: "
              + Text.number(result.sum("time_lines_crossed"), "1")
              + " (they fail from the profile full up); measure on a quiet machine before changing"
              + " code.";
      case SKIPPED -> "run it where it fits: " + String.join(" ", result.skips());
      case NOT_RUN -> "run the whole suite `qa`.";
      case PASSED ->
          result.reduced() ? "run a larger profile before a release." : "none; it holds its line.";
    };
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.Better;
import io.coralml.junit.stats.PairedComparison;
import io.coralml.junit.stats.PairedComparison.Outcome;
import io.coralml.junit.verdict.GateError;
import io.coralml.junit.verdict.InconclusiveError;
import io.coralml.junit.verdict.PerformanceRegressionError;
import java.util.List;
import java.util.Locale;

/**
 * What became of a benchmark and its baseline.
 *
 * @param benchmark the benchmark's name
 * @param baseline what it was compared with
 * @param verdict candidate against baseline
 * @param self the baseline against its twin in the same run
 * @param rows what each loading of the code gave
 */
record GateDecision(
    String benchmark,
    String baseline,
    PairedComparison verdict,
    PairedComparison self,
    List<Row> rows) {

  /** One loading of the code: medians in ns per call, ratios, and how many rounds there were. */
  record Row(
      double baseNanos,
      double candidateNanos,
      double ratio,
      double selfRatio,
      int rounds,
      boolean processorTime) {
    static Row of(Turns turns) {
      return new Row(
          turns.baseNanos(),
          turns.candidateNanos(),
          turns.ratios().median(),
          turns.selfRatios().median(),
          turns.rounds(),
          turns.byProcessorTime());
    }
  }

  /** Puts ratio and verdict into the findings. */
  void report(Findings findings) {
    findings.interval("pair_ratio", verdict.ratio(), "x", Better.LOWER);
    findings.interval("self_ratio", self.ratio(), "x", Better.NEITHER);
    findings.setting("verdict", verdict.outcome() + ": " + verdict.sentence());
    findings.setting("baseline", baseline);
    findings.setting("margin", verdict.margin());
    findings.setting("gate", "pair");
    findings.setting("compared_by", comparedBy());
  }

  /**
   * Fails a benchmark that is slower, and under {@code strict} one that is not decided; otherwise
   * that is a warning.
   *
   * @throws GateError with the table in its message
   */
  void enforce(boolean strict, Findings findings) {
    if (verdict.outcome() == Outcome.SLOWER) {
      throw new PerformanceRegressionError(message());
    }
    if (verdict.outcome() == Outcome.INCONCLUSIVE) {
      if (strict) {
        throw new InconclusiveError(message());
      }
      findings.warn(sentence());
    }
  }

  private String sentence() {
    return benchmark
        + " against "
        + baseline
        + ": "
        + verdict.outcome()
        + ". "
        + verdict.sentence();
  }

  /** Returns what a failure says. */
  String message() {
    return sentence() + table();
  }

  private String comparedBy() {
    long processor = rows.stream().filter(Row::processorTime).count();
    return processor == rows.size() ? "processor time" : processor == 0 ? "wall clock" : "both";
  }

  private String table() {
    StringBuilder table = new StringBuilder("\n  compared by: " + comparedBy());
    line(table, "", "old ns/op", "new ns/op", "new / old", "old / old", "rounds");
    int number = 0;
    for (Row row : rows) {
      line(
          table,
          "loading " + ++number,
          String.format(Locale.ROOT, "%,.1f", row.baseNanos),
          String.format(Locale.ROOT, "%,.1f", row.candidateNanos),
          String.format(Locale.ROOT, "%.4f", row.ratio),
          String.format(Locale.ROOT, "%.4f", row.selfRatio),
          Integer.toString(row.rounds));
    }
    line(
        table,
        "median",
        "",
        "",
        String.format(Locale.ROOT, "%.4f", verdict.ratio().value()),
        String.format(Locale.ROOT, "%.4f", self.ratio().value()),
        Integer.toString(verdict.pairs()));
    line(
        table,
        "99 % from",
        "",
        "",
        String.format(Locale.ROOT, "%.4f", verdict.ratio().low()),
        String.format(Locale.ROOT, "%.4f", self.ratio().low()),
        "");
    line(
        table,
        "99 % to",
        "",
        "",
        String.format(Locale.ROOT, "%.4f", verdict.ratio().high()),
        String.format(Locale.ROOT, "%.4f", self.ratio().high()),
        "");
    return table.toString();
  }

  private static void line(StringBuilder table, String... cells) {
    table.append(
        String.format(Locale.ROOT, "%n  %-10s %16s %16s %10s %10s %7s", (Object[]) cells)
            .stripTrailing());
  }
}

package io.coralml.perf.report;

import java.util.List;
import java.util.Locale;

/** Writes Markdown. Not thread-safe. */
final class Text {
  private final StringBuilder text = new StringBuilder();

  Text line(String line) {
    text.append(line).append('\n');
    return this;
  }

  Text heading(int level, String words) {
    return line("").line("#".repeat(level) + " " + words).line("");
  }

  Text bullet(String words) {
    return line("* " + words);
  }

  Text row(List<String> cells) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(cell.replace("|", "\\|")).append(" |"));
    return line("");
  }

  Text header(List<String> cells) {
    row(cells);
    return line("|" + "---|".repeat(cells.size()));
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /** Returns a number with its unit, to four digits. */
  static String number(double value, String unit) {
    double scaled = value;
    String suffix = unit.equals("1") || unit.isEmpty() ? "" : unit.equals("x") ? "x" : " " + unit;
    if (unit.equals("ns") || unit.startsWith("ns/")) {
      scaled = value / 1e6;
      suffix = " ms" + unit.substring(2);
    } else if ((unit.equals("B") || unit.startsWith("B/")) && Math.abs(value) >= 10_000) {
      boolean mega = Math.abs(value) >= 1e6;
      scaled = value / (mega ? 1e6 : 1e3);
      suffix = (mega ? " MB" : " kB") + unit.substring(1);
    }
    String digits =
        scaled == Math.rint(scaled) && Math.abs(scaled) < 1e15
            ? String.format(Locale.ROOT, "%,d", (long) scaled)
            : Math.abs(scaled) >= 1000
                ? String.format(Locale.ROOT, "%,.0f", scaled)
                : String.format(Locale.ROOT, "%.4g", scaled);
    return digits + suffix;
  }

  static String number(Measured.Value value) {
    return number(value.value(), value.unit());
  }

  /** Returns a key as a heading: words instead of underscores. */
  static String words(String key) {
    return key.replace('_', ' ');
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}

package io.coralml.junit.report;

import java.util.List;
import java.util.Locale;

/**
 * How a value is written for a person: times in ns, µs, ms or s, sizes in B, kB, MB or GB (powers
 * of 1000), rates in thousands and millions, all with about four significant digits. Files keep the
 * unit the value was measured in; only tables and plots are scaled.
 *
 * @param divisor what a value is divided by
 * @param unit the unit after the division; empty for a bare number
 */
record Scale(double divisor, String unit) {
  private static final List<String> TIMES = List.of("ns", "µs", "ms", "s");
  private static final List<String> SIZES = List.of("B", "kB", "MB", "GB", "TB");
  private static final List<String> RATES = List.of("ops/s", "k ops/s", "M ops/s", "G ops/s");

  /**
   * Chooses a scale that writes {@code value} with one to three digits before the point, where the
   * unit allows it.
   */
  static Scale of(double value, String unit) {
    int slash = unit.indexOf('/');
    String base = slash < 0 ? unit : unit.substring(0, slash);
    String rest = slash < 0 ? "" : unit.substring(slash);
    double size = Math.abs(value);
    if (unit.equals("ops/s")) {
      return step(size, RATES, "");
    }
    if (TIMES.contains(base)) {
      return fromSmallest(size, TIMES, base, rest);
    }
    if (SIZES.contains(base)) {
      return fromSmallest(size, SIZES, base, rest);
    }
    return new Scale(1, unit.equals("1") ? "" : unit);
  }

  private static Scale fromSmallest(double size, List<String> units, String base, String rest) {
    double smallest = Math.pow(1000, units.indexOf(base));
    Scale scale = step(size * smallest, units, rest);
    return new Scale(scale.divisor / smallest, scale.unit);
  }

  private static Scale step(double size, List<String> units, String rest) {
    int step = 0;
    double divisor = 1;
    while (step < units.size() - 1 && size / divisor >= 999.95) {
      divisor *= 1000;
      step++;
    }
    return new Scale(divisor, units.get(step) + rest);
  }

  /** Writes the number without its unit; {@code -} for a value that is not there. */
  String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "-∞";
    }
    double scaled = value / divisor;
    double size = Math.abs(scaled);
    if (scaled == Math.rint(scaled) && size < 1e15) {
      return String.format(Locale.ROOT, "%,d", (long) scaled);
    }
    if (size >= 1e9 || size < 0.001) {
      return String.format(Locale.ROOT, "%.3e", scaled);
    }
    int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 5;
    return String.format(Locale.ROOT, "%,." + decimals + "f", scaled);
  }

  /** Writes the number with its unit. */
  String text(double value) {
    return unit.isEmpty() ? number(value) : number(value) + " " + unit;
  }
}

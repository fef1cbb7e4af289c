package io.coralml.cli;

import io.coralml.history.Quoted;
import java.util.Locale;

/** How numbers and names look in tables. */
final class Texts {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Texts() {}

  /** Returns a number of bytes with at most one decimal, for instance {@code 1.5 MiB}. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** Returns a number with three significant digits. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  /** Returns a share as a percentage. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** Returns a count and what is counted, for instance {@code 1 tensor} and {@code 2 tensors}. */
  static String count(long count, String one) {
    return count(count, one, one + "s");
  }

  /** Returns a count and what is counted, whose plural is irregular. */
  static String count(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  static String name(String name) {
    return Quoted.escape(name);
  }
}

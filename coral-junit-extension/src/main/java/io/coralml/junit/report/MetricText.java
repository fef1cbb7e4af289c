package io.coralml.junit.report;

import io.coralml.junit.Metric;

/** A metric in words: its value, its interval, and what it means. */
final class MetricText {
  /** Twice what the slope allows a JVM to keep for itself: so much for an operation is no noise. */
  private static final int WIDE_LEAK = 64 << 10;

  private MetricText() {}

  /** Returns {@code [low median high] unit}, or {@code value unit} where there is no interval. */
  static String value(Metric metric) {
    Scale scale = Scale.of(metric.value(), metric.unit());
    if (!metric.hasInterval()) {
      return scale.text(metric.value());
    }
    String interval =
        "["
            + scale.number(metric.low())
            + "  "
            + scale.number(metric.value())
            + "  "
            + scale.number(metric.high())
            + "]";
    return scale.unit().isEmpty() ? interval : interval + " " + scale.unit();
  }

  /**
   * Returns the band a value falls into, or an empty text where there is none.
   *
   * <ul>
   *   <li>{@code compression_ratio}: above 10x excellent, from 5x good, below limited similarity
   *   <li>{@code space_saved_percent}: above 90 excellent, from 80 good, below limited similarity
   *   <li>a time, but not {@code gc_} sums and {@code _mad} spreads: below 50 ms interactive, below
   *       500 ms batch, from there long-running
   *   <li>{@code mismatched_elements} and {@code max_abs_error}: 0 exact, else not exact
   *   <li>{@code b_per_op}: 0 allocation-free
   *   <li>{@code leak_bytes_per_op}: may leak when its interval is above 0, no leak when it holds 0
   *       and ends below {@value #WIDE_LEAK} bytes, undecided when it is wider
   * </ul>
   */
  static String interpretation(Metric metric) {
    double value = metric.value();
    if (Double.isNaN(value)) {
      return "";
    }
    return switch (metric.key()) {
      case "compression_ratio" ->
          value > 10 ? "excellent" : value >= 5 ? "good" : "limited similarity";
      case "space_saved_percent" ->
          value > 90 ? "excellent" : value >= 80 ? "good" : "limited similarity";
      case "mismatched_elements", "max_abs_error" -> value == 0 ? "exact" : "NOT EXACT";
      case "b_per_op" -> value == 0 ? "allocation-free" : "";
      case "leak_bytes_per_op" -> leak(metric);
      default -> timeBand(metric);
    };
  }

  private static String leak(Metric metric) {
    double low = metric.hasInterval() ? metric.low() : metric.value();
    double high = metric.hasInterval() ? metric.high() : metric.value();
    return low > 0 ? "may leak" : high < WIDE_LEAK ? "no leak" : "undecided";
  }

  private static String timeBand(Metric metric) {
    if (metric.key().startsWith("gc_") || metric.key().endsWith("_mad")) {
      return ""; // nobody waits for a spread, and pauses are judged by their share, not their sum
    }
    double perMilli =
        switch (metric.unit()) {
          case "ns", "ns/op" -> 1e6;
          case "µs", "us", "µs/op", "us/op" -> 1e3;
          case "ms", "ms/op" -> 1;
          case "s", "s/op" -> 1e-3;
          default -> 0;
        };
    if (perMilli == 0) {
      return "";
    }
    double millis = metric.value() / perMilli;
    return millis < 50 ? "interactive" : millis < 500 ? "batch" : "long-running";
  }
}

package io.coralml.junit.report;

import io.coralml.junit.report.HistoryLines.Value;
import java.util.List;
import java.util.Set;

/**
 * One metric of one benchmark from run to run on the same machine, JDK and profile: a dot for each
 * run with its interval, the last one marked, and a line where the level changed.
 */
final class TrendPlot {
  /** With fewer runs than this there is no trend to see. */
  static final int FEWEST_RUNS = 3;

  private static final int WIDTH = 760;
  private static final int HEIGHT = 250;
  private static final int LEFT = 80;
  private static final int RIGHT = 735;
  private static final int TOP = 44;
  private static final int BOTTOM = 206;

  private TrendPlot() {}

  /**
   * Draws the plot.
   *
   * @param title the benchmark and the metric
   * @param unit the metric's unit
   * @param values in the order of time, at least one
   * @param changes the places of the first runs of new levels
   * @return an SVG document
   */
  static String draw(String title, String unit, List<Value> values, Set<Integer> changes) {
    double low = values.stream().mapToDouble(Value::low).min().orElse(0);
    double high = values.stream().mapToDouble(Value::high).max().orElse(1);
    Axis y = Axis.around(low, high, BOTTOM, TOP);
    Axis x = new Axis(0.5, values.size() + 0.5, LEFT, RIGHT, false);
    Scale scale = Scale.of(values.get(values.size() - 1).value(), unit);
    Svg svg = new Svg(WIDTH, HEIGHT, "Trend of " + title);
    svg.text("title", LEFT, 20, "start", title);
    svg.text("faint", 8, 36, "start", scale.unit());
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.pixel(tick), RIGHT, y.pixel(tick));
      svg.text("", LEFT - 8, y.pixel(tick) + 4, "end", scale.number(tick));
    }
    for (int change : changes) {
      svg.line("median", x.pixel(change + 0.5), TOP, x.pixel(change + 0.5), BOTTOM);
    }
    for (int i = 0; i < values.size(); i++) {
      Value value = values.get(i);
      double place = x.pixel(i + 1);
      if (i > 0) {
        svg.line(
            "fit", x.pixel(i), y.pixel(values.get(i - 1).value()), place, y.pixel(value.value()));
      }
      svg.line("line", place, y.pixel(value.low()), place, y.pixel(value.high()));
      boolean last = i == values.size() - 1;
      svg.dot(
          last ? "second" : "data",
          place,
          y.pixel(value.value()),
          last ? 5 : 4,
          value.time() + " " + value.commit() + ": " + scale.text(value.value()));
    }
    svg.text(
        "faint",
        LEFT,
        HEIGHT - 14,
        "start",
        values.size()
            + " runs on this machine, JDK and profile; orange: this run"
            + (changes.isEmpty() ? "" : "; red line: a new level")
            + "; advisory only");
    return svg.end();
  }
}

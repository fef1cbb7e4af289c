package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;

/**
 * What a comparison with a baseline decided: the median ratio of new to old with its 99 % interval,
 * the ratio of old to old in the same run, and the margin as a band. An interval wholly right of
 * the band is slower, wholly left of it faster, wholly inside the same.
 */
final class RatioPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 190;
  private static final int LEFT = 110;
  private static final int RIGHT = 735;
  private static final int TOP = 44;
  private static final int BOTTOM = 134;

  private RatioPlot() {}

  /** Tells whether a result has something to draw. */
  static boolean fits(BenchmarkResult result) {
    Metric ratio = result.metrics().get("pair_ratio");
    return ratio != null && ratio.hasInterval() && ratio.low() > 0;
  }

  /** Draws the plot of a result that fits and returns an SVG document. */
  static String draw(BenchmarkResult result) {
    Metric ratio = result.metrics().get("pair_ratio");
    Metric self = result.metrics().get("self_ratio");
    double margin = margin(result);
    double low = Math.min(ratio.low(), 1 / (1 + margin));
    double high = Math.max(ratio.high(), 1 + margin);
    if (self != null) {
      low = Math.min(low, self.low());
      high = Math.max(high, self.high());
    }
    Axis x = Axis.logarithmic(low, high, LEFT, RIGHT);
    Svg svg = new Svg(WIDTH, HEIGHT, "Ratio of " + result.displayName());
    String baseline = result.settings().getOrDefault("baseline", "its baseline");
    svg.text("title", LEFT, 20, "start", result.displayName() + " against " + baseline);
    svg.box("box", x.pixel(1 / (1 + margin)), TOP, x.pixel(1 + margin), BOTTOM);
    for (double tick : x.ticks(8)) {
      svg.line("grid", x.pixel(tick), TOP, x.pixel(tick), BOTTOM);
      svg.text("", x.pixel(tick), BOTTOM + 18, "middle", Scale.of(tick, "").number(tick));
    }
    svg.line("grid", x.pixel(1), TOP - 6, x.pixel(1), BOTTOM + 4);
    row(svg, x, TOP + 24, "new / old", ratio, "data");
    if (self != null) {
      row(svg, x, TOP + 64, "old / old", self, "second");
    }
    svg.text(
        "faint",
        LEFT,
        HEIGHT - 14,
        "start",
        "median ratio with its 99 % interval; box: the margin; right of it is slower");
    return svg.end();
  }

  private static void row(Svg svg, Axis x, double y, String name, Metric metric, String style) {
    svg.text("", LEFT - 10, y + 4, "end", name);
    svg.line("line", x.pixel(metric.low()), y, x.pixel(metric.high()), y);
    svg.line("line", x.pixel(metric.low()), y - 6, x.pixel(metric.low()), y + 6);
    svg.line("line", x.pixel(metric.high()), y - 6, x.pixel(metric.high()), y + 6);
    svg.dot(style, x.pixel(metric.value()), y, 5, MetricText.value(metric));
  }

  private static double margin(BenchmarkResult result) {
    String text = result.settings().getOrDefault("margin", "");
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0.02; // a result of before the margin was kept with it
    }
  }
}

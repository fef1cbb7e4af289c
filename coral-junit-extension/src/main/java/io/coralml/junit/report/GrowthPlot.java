package io.coralml.junit.report;

import io.coralml.junit.Metric;
import io.coralml.junit.report.GrowthSeries.Point;

/**
 * How a metric grows with the size: a dot for each size with its interval, both axes logarithmic,
 * and the best class as a dashed line, so that a straight line is a power of the size.
 */
final class GrowthPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 316;
  private static final int LEFT = 80;
  private static final int RIGHT = 735;
  private static final int TOP = 44;
  private static final int BOTTOM = 244;
  private static final int STEPS = 60;

  private GrowthPlot() {}

  /** Draws the plot and returns an SVG document. */
  static String draw(GrowthSeries series) {
    double smallest = series.points().get(0).size();
    double largest = series.points().get(series.points().size() - 1).size();
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (Point point : series.points()) {
      low = Math.min(low, Math.min(lowOf(point.metric()), series.predicted(point.size())));
      high = Math.max(high, Math.max(highOf(point.metric()), series.predicted(point.size())));
    }
    Axis x = Axis.logarithmic(smallest, largest, LEFT, RIGHT);
    Axis y = Axis.logarithmic(low, high, BOTTOM, TOP);
    String unit = series.points().get(0).metric().unit();
    Svg svg = new Svg(WIDTH, HEIGHT, "Growth of " + series.name());
    svg.text(
        "title", LEFT, 20, "start", series.name() + ": " + series.growth().growthClass().formula());
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.pixel(tick), RIGHT, y.pixel(tick));
      svg.text("", LEFT - 8, y.pixel(tick) + 4, "end", Scale.of(tick, unit).text(tick));
    }
    for (Point point : series.points()) {
      double size = point.size();
      svg.text("", x.pixel(size), BOTTOM + 18, "middle", Scale.of(size, "").number(size));
    }
    double step = Math.pow(largest / smallest, 1.0 / STEPS);
    double from = smallest;
    for (int i = 0; i < STEPS; i++) {
      double to = from * step;
      svg.line(
          "fit",
          x.pixel(from),
          y.pixel(series.predicted(from)),
          x.pixel(to),
          y.pixel(series.predicted(to)));
      from = to;
    }
    for (Point point : series.points()) {
      Metric metric = point.metric();
      double place = x.pixel(point.size());
      svg.line("line", place, y.pixel(lowOf(metric)), place, y.pixel(highOf(metric)));
      svg.dot(
          "data",
          place,
          y.pixel(metric.value()),
          4,
          point.size() + ": " + MetricText.value(metric));
    }
    svg.text("faint", LEFT, HEIGHT - 30, "start", series.growth().sentence());
    svg.text(
        "faint",
        LEFT,
        HEIGHT - 14,
        "start",
        "against " + series.parameter() + "; both axes logarithmic; dashed: the best class");
    return svg.end();
  }

  private static double lowOf(Metric metric) {
    return metric.hasInterval() && metric.low() > 0 ? metric.low() : metric.value();
  }

  private static double highOf(Metric metric) {
    return metric.hasInterval() ? metric.high() : metric.value();
  }
}

package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import java.util.Arrays;
import java.util.List;

/**
 * The blocks of one benchmark: left each block in the order of time with the median and its
 * interval, so that drift and bursts are seen; right the same as a box plot (quartiles, whiskers to
 * the farthest block within 1.5 quartile distances), so that the spread is.
 */
final class BlockPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 280;
  private static final int LEFT = 80;
  private static final int RIGHT = 620;
  private static final int TOP = 44;
  private static final int BOTTOM = 238;
  private static final int BOX_LEFT = 665;
  private static final int BOX_RIGHT = 705;

  private BlockPlot() {}

  /**
   * Draws the plot.
   *
   * @param result a result with at least one sample; samples are finite
   * @return an SVG document
   */
  static String draw(BenchmarkResult result) {
    List<Double> samples = result.samples();
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = quantile(sorted, 0.5);
    Metric time = result.metrics().get("ns_per_op");
    boolean banded = time != null && time.hasInterval();
    double low = banded ? Math.min(sorted[0], time.low()) : sorted[0];
    double high =
        banded ? Math.max(sorted[sorted.length - 1], time.high()) : sorted[sorted.length - 1];
    Axis y = Axis.around(low, high, BOTTOM, TOP);
    Axis x = new Axis(0.5, samples.size() + 0.5, LEFT, RIGHT, false);
    Scale scale = Scale.of(median, "ns/op");

    Svg svg = new Svg(WIDTH, HEIGHT, "Blocks of " + result.displayName());
    svg.text("title", LEFT, 20, "start", shorten(result.displayName()));
    svg.text("faint", 8, 36, "start", scale.unit());
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.pixel(tick), BOX_RIGHT + 15, y.pixel(tick));
      svg.text("", LEFT - 8, y.pixel(tick) + 4, "end", scale.number(tick));
    }
    if (banded) {
      svg.box("band", LEFT, y.pixel(time.low()), RIGHT, y.pixel(time.high()));
    }
    svg.line("median", LEFT, y.pixel(median), RIGHT, y.pixel(median));
    double radius = samples.size() > 150 ? 2 : 3;
    for (int i = 0; i < samples.size(); i++) {
      double sample = samples.get(i);
      svg.dot("data", x.pixel(i + 1), y.pixel(sample), radius, (i + 1) + ": " + scale.text(sample));
    }
    box(svg, sorted, y);
    svg.text("faint", LEFT, HEIGHT - 14, "start", caption(samples.size(), banded));
    svg.text("faint", (BOX_LEFT + BOX_RIGHT) / 2.0, HEIGHT - 14, "middle", "spread");
    return svg.end();
  }

  private static void box(Svg svg, double[] sorted, Axis y) {
    double q1 = quantile(sorted, 0.25);
    double q3 = quantile(sorted, 0.75);
    double reach = 1.5 * (q3 - q1);
    double lowest = Arrays.stream(sorted).filter(v -> v >= q1 - reach).findFirst().orElse(q1);
    double highest =
        Arrays.stream(sorted).filter(v -> v <= q3 + reach).reduce((a, b) -> b).orElse(q3);
    double middle = (BOX_LEFT + BOX_RIGHT) / 2.0;
    svg.line("line", middle, y.pixel(lowest), middle, y.pixel(q1));
    svg.line("line", middle, y.pixel(q3), middle, y.pixel(highest));
    svg.line("line", middle - 10, y.pixel(lowest), middle + 10, y.pixel(lowest));
    svg.line("line", middle - 10, y.pixel(highest), middle + 10, y.pixel(highest));
    svg.box("box", BOX_LEFT, y.pixel(q1), BOX_RIGHT, y.pixel(q3));
    double median = quantile(sorted, 0.5);
    svg.line("median", BOX_LEFT, y.pixel(median), BOX_RIGHT, y.pixel(median));
    for (double value : sorted) {
      if (value < lowest || value > highest) {
        svg.dot("second", middle, y.pixel(value), 2.5, "outlier");
      }
    }
  }

  private static String caption(int samples, boolean banded) {
    return samples
        + (samples == 1 ? " block" : " blocks")
        + " in the order of time; line: median"
        + (banded ? "; band: its 95 % interval" : "")
        + "; nothing is left out";
  }

  private static String shorten(String title) {
    return title.length() <= 90 ? title : title.substring(0, 89) + "…";
  }

  /** Returns a quantile by linear interpolation between order statistics. */
  static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}

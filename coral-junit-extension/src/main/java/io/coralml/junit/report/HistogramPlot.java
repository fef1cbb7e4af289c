package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import java.util.List;

/**
 * The latencies of one benchmark on a logarithmic axis, one bar per bucket, with lines at the
 * percentiles that were measured. Counts are on a logarithmic axis too, so that one slow call in a
 * million is still seen.
 */
final class HistogramPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 280;
  private static final int LEFT = 80;
  private static final int RIGHT = 735;
  private static final int TOP = 60;
  private static final int BOTTOM = 230;
  private static final List<String> PERCENTILES = List.of("p50_ns", "p90_ns", "p99_ns", "p999_ns");

  private HistogramPlot() {}

  /**
   * Draws the plot.
   *
   * @param result a result with at least one histogram bucket
   * @return an SVG document
   */
  static String draw(BenchmarkResult result) {
    List<HistogramBucket> buckets = result.histogram();
    double first = Math.max(1.0, (double) buckets.get(0).fromNanos());
    double last = Math.max(first, (double) buckets.get(buckets.size() - 1).toNanos());
    double most = buckets.stream().mapToLong(HistogramBucket::count).max().orElse(1);
    Axis x = Axis.logarithmic(first, last, LEFT, RIGHT);
    Axis y = new Axis(0.5, Math.max(2, most * 1.3), BOTTOM, TOP, true);
    Svg svg = new Svg(WIDTH, HEIGHT, "Latencies of " + result.displayName());
    svg.text("title", LEFT, 20, "start", result.displayName());
    for (double tick : y.ticks(4)) {
      svg.line("grid", LEFT, y.pixel(tick), RIGHT, y.pixel(tick));
      svg.text("", LEFT - 8, y.pixel(tick) + 4, "end", Scale.of(tick, "").number(tick));
    }
    for (double tick : x.ticks(6)) {
      svg.line("grid", x.pixel(tick), TOP, x.pixel(tick), BOTTOM);
      svg.text("", x.pixel(tick), BOTTOM + 18, "middle", Scale.of(tick, "ns").text(tick));
    }
    for (HistogramBucket bucket : buckets) {
      if (bucket.count() > 0) {
        double left = x.pixel(Math.max(first, (double) bucket.fromNanos()));
        double right = Math.max(left + 1, x.pixel(Math.max(first, (double) bucket.toNanos())));
        svg.box("data", left, y.pixel((double) bucket.count()), right, BOTTOM);
      }
    }
    int row = 0;
    for (String key : PERCENTILES) {
      Metric metric = result.metrics().get(key);
      if (metric != null && metric.value() >= first && metric.value() <= last * 1.01) {
        double place = x.pixel(metric.value());
        svg.line("median", place, TOP, place, BOTTOM);
        String label =
            key.replace("_ns", "") + " " + Scale.of(metric.value(), "ns").text(metric.value());
        svg.text("faint", place + 3, 36 + 11 * (row++ % 2), "start", label);
      }
    }
    svg.text("faint", LEFT, HEIGHT - 12, "start", "calls by latency; both axes logarithmic");
    return svg.end();
  }
}

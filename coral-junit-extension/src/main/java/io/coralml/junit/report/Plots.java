package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.report.HistoryLines.Value;
import io.coralml.junit.stats.ChangePoint;
import io.coralml.junit.stats.ChangePoints;
import io.coralml.junit.stats.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All the plots that a result has something to show in: its blocks, its latencies, the ratio to its
 * baseline, how it grows with the size, and its trend over the history. Remembers the results it
 * was asked about, because growth needs all sizes. Not thread-safe.
 */
public final class Plots {
  private final HistoryLines history;
  private final String key;
  private final Map<String, BenchmarkResult> seen = new LinkedHashMap<>();

  /** A picture with a name: an SVG document. */
  public record Plot(String name, String svg) {}

  /**
   * Prepares the plots of a run.
   *
   * @param history earlier runs, this one not among them
   * @param key machine, JDK and profile of this run
   */
  public Plots(HistoryLines history, String key) {
    this.history = history;
    this.key = key;
  }

  /** Returns the key of a run, from what it stood on. */
  public static String key(Map<String, String> environment, String profile) {
    return HistoryLines.key(
        HistoryReporter.machine(environment),
        environment.getOrDefault("java_version", ""),
        profile);
  }

  /** Draws what there is to draw of a result. */
  public List<Plot> of(BenchmarkResult result) {
    seen.put(result.id(), result);
    List<Plot> plots = new ArrayList<>();
    if (RatioPlot.fits(result)) {
      plots.add(new Plot("Ratio to the baseline", RatioPlot.draw(result)));
    }
    if (!result.samples().isEmpty()) {
      plots.add(new Plot("Blocks", BlockPlot.draw(result)));
    }
    if (!result.histogram().isEmpty()) {
      plots.add(new Plot("Histogram", HistogramPlot.draw(result)));
    }
    GrowthSeries.of(seen.values(), result, "ns_per_op")
        .ifPresent(series -> plots.add(new Plot("Growth", GrowthPlot.draw(series))));
    List<Metric> metrics = MetricOrder.of(result);
    if (!metrics.isEmpty()) {
      trend(result, metrics.get(0), plots);
    }
    return plots;
  }

  private void trend(BenchmarkResult result, Metric metric, List<Plot> plots) {
    List<Value> values = new ArrayList<>(history.series(key, result.id() + "/" + metric.key()));
    boolean drawn = Double.isFinite(metric.value());
    values.add(
        new Value(
            result.stop().toString(),
            "",
            metric.value(),
            metric.hasInterval() ? metric.low() : metric.value(),
            metric.hasInterval() ? metric.high() : metric.value()));
    if (!drawn || values.size() < TrendPlot.FEWEST_RUNS) {
      return;
    }
    Set<Integer> changes = new LinkedHashSet<>();
    Sample series = Sample.of(values.stream().map(Value::value).toList());
    for (ChangePoint change : new ChangePoints(0).find(series)) {
      changes.add(change.index());
    }
    String title = result.displayName() + ", " + metric.key();
    plots.add(new Plot("Trend", TrendPlot.draw(title, metric.unit(), values, changes)));
  }
}

package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.Status;
import io.coralml.junit.stats.Growth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One metric of one benchmark over its sizes: the results of a method whose only parameter is a
 * whole number from 2 up. Immutable.
 *
 * @param name the benchmark's name without arguments
 * @param parameter the parameter that is the size
 * @param points ascending by size
 * @param growth the fit
 */
public record GrowthSeries(String name, String parameter, List<Point> points, Growth growth) {
  /** Copies the list. */
  public GrowthSeries {
    points = List.copyOf(points);
  }

  /** The metric at one size. */
  public record Point(double size, Metric metric) {}

  /**
   * Gathers the series that a result belongs to.
   *
   * @param results of the run so far; the last one of a size counts
   * @param result a result of the series
   * @param key the metric, positive in every result
   * @return empty where there are not sizes enough for a fit, or they lie too close
   */
  public static Optional<GrowthSeries> of(
      Collection<BenchmarkResult> results, BenchmarkResult result, String key) {
    if (result.parameters().size() != 1) {
      return Optional.empty();
    }
    String parameter = result.parameters().firstKey();
    List<Point> points = new ArrayList<>();
    for (BenchmarkResult other : results) {
      String size = other.parameters().getOrDefault(parameter, "");
      Metric metric = other.metrics().get(key);
      boolean same =
          other.className().equals(result.className())
              && other.methodName().equals(result.methodName())
              && other.parameters().size() == 1
              && other.status() == Status.PASSED;
      if (same && metric != null && metric.value() > 0 && size.matches("\\d{1,15}")) {
        double n = Double.parseDouble(size);
        points.removeIf(point -> point.size() == n);
        points.add(new Point(n, metric));
      }
    }
    points.sort(Comparator.comparingDouble(Point::size));
    if (points.size() < Growth.FEWEST_SIZES
        || points.get(0).size() < 2
        || points.get(points.size() - 1).size() / points.get(0).size() < Growth.LEAST_RANGE) {
      return Optional.empty();
    }
    double[] n = points.stream().mapToDouble(Point::size).toArray();
    double[] cost = points.stream().mapToDouble(point -> point.metric().value()).toArray();
    return Optional.of(new GrowthSeries(result.name(), parameter, points, Growth.fit(n, cost)));
  }

  /**
   * Makes a series of costs that one benchmark measured at several sizes.
   *
   * @param name the benchmark's name
   * @param parameter what the sizes count
   * @param sizes from 1 up, ascending
   * @param costs positive, one for each size
   * @param unit of the costs
   * @throws IllegalArgumentException if there are not sizes enough for a fit, or costs and sizes do
   *     not belong together
   */
  public static GrowthSeries of(
      String name, String parameter, double[] sizes, double[] costs, String unit) {
    Growth growth = Growth.fit(sizes, costs);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      points.add(new Point(sizes[i], Metric.exact("cost", costs[i], unit, Better.LOWER)));
    }
    return new GrowthSeries(name, parameter, points, growth);
  }

  /** Draws the costs, and what the best class predicts, on logarithmic axes: an SVG document. */
  public String svg() {
    return GrowthPlot.draw(this);
  }

  /** Returns the cost that the best class predicts, scaled to the middle of the points. */
  double predicted(double size) {
    double[] logs =
        points.stream()
            .mapToDouble(p -> Math.log(p.metric().value() / growth.growthClass().of(p.size())))
            .sorted()
            .toArray();
    return Math.exp(Arrays.stream(logs).average().orElse(0)) * growth.growthClass().of(size);
  }
}

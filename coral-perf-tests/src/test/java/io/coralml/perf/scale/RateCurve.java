package io.coralml.perf.scale;

import io.coralml.junit.Better;
import io.coralml.junit.Metrics;
import io.coralml.junit.stats.Growth;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Trend;
import io.qameta.allure.Allure;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many a second, by the number of those who work at once: how the rate grows with them, from
 * where on more of them do harm, and a plot. Not thread-safe.
 */
public final class RateCurve {
  /** Less than this share of the best rate before is harm. */
  private static final double DEGRADED = 0.8;

  private static final int FEWEST = 3;
  private static final int LEFT = 70;
  private static final int RIGHT = 560;
  private static final int TOP = 30;
  private static final int BOTTOM = 230;

  private final String what;
  private final String counted;
  private final SortedMap<Long, Double> rates = new TreeMap<>();

  /**
   * Creates one without points.
   *
   * @param what the rate, as the beginning of metrics' keys
   * @param counted who works, in the plural
   */
  public RateCurve(String what, String counted) {
    this.what = what;
    this.counted = counted;
  }

  /** Adds a point: so many at once made so many a second. */
  public void add(int count, double perSecond) {
    rates.put((long) count, perSecond);
  }

  /** Returns the first number that made less than four fifths of the best before it; 0 if none. */
  public long degradationPoint() {
    double best = 0;
    for (var rate : rates.entrySet()) {
      if (rate.getValue() < DEGRADED * best) {
        return rate.getKey();
      }
      best = Math.max(best, rate.getValue());
    }
    return 0;
  }

  /** Records rates, exponent and degradation point, and attaches sentence and plot. */
  public void record(Metrics metrics) {
    rates.forEach(
        (count, rate) -> metrics.value(what + "_at_" + count, rate, "ops/s", Better.HIGHER));
    metrics.value("degradation_point", (double) degradationPoint(), counted, Better.HIGHER);
    exponent(rates)
        .ifPresent(
            exponent -> {
              metrics.value(what + "_exponent", exponent.value(), "1", Better.HIGHER);
              metrics.value(what + "_exponent_low", exponent.low(), "1", Better.HIGHER);
              metrics.value(what + "_exponent_high", exponent.high(), "1", Better.HIGHER);
              Allure.addAttachment("growth of " + what, "text/plain", sentence(rates));
              Allure.addAttachment("plot of " + what, "image/svg+xml", svg(), ".svg");
            });
  }

  /** Returns the exponent of the rate; empty where there are fewer than three points. */
  private static Optional<Interval> exponent(SortedMap<Long, Double> rates) {
    if (rates.size() < FEWEST || Collections.min(rates.values()) <= 0) {
      return Optional.empty();
    }
    double[] counts = rates.keySet().stream().mapToDouble(Math::log).toArray();
    double[] logs = rates.values().stream().mapToDouble(Math::log).toArray();
    return Optional.of(Trend.leastSquares(counts, logs, 0.95));
  }

  /**
   * Says how a rate grows, and to which class the time of one belongs where the numbers decide it.
   *
   * @param rates by how many worked at once
   */
  public static String sentence(SortedMap<Long, Double> rates) {
    return exponent(rates)
        .map(
            exponent ->
                String.format(
                    Locale.ROOT,
                    "The rate grows with exponent %.2f (95 %% interval %.2f to %.2f, over %d"
                        + " sizes).%s",
                    exponent.value(),
                    exponent.low(),
                    exponent.high(),
                    rates.size(),
                    ofOne(rates.tailMap(2L))))
        .orElse("too few sizes");
  }

  private static String ofOne(SortedMap<Long, Double> rates) {
    List<Double> counts = rates.keySet().stream().map(Long::doubleValue).toList();
    if (!Curve.decides(counts)) {
      return "";
    }
    double[] times = rates.values().stream().mapToDouble(rate -> 1 / rate).toArray();
    double[] sizes = counts.stream().mapToDouble(Double::doubleValue).toArray();
    return " The time of one: " + Growth.fit(sizes, times).sentence();
  }

  /** Draws the rates, both axes logarithmic, and returns an SVG document. */
  String svg() {
    double least = Collections.min(rates.values());
    double most = Collections.max(rates.values());
    StringBuilder line = new StringBuilder();
    StringBuilder points = new StringBuilder();
    rates.forEach(
        (count, rate) -> {
          double x = LEFT + (RIGHT - LEFT) * share(count, rates.firstKey(), rates.lastKey());
          double y = BOTTOM - (BOTTOM - TOP) * share(rate, least, most);
          line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
          points.append(
              String.format(
                  Locale.ROOT,
                  "<circle cx='%.1f' cy='%.1f' r='3'/><text x='%.1f' y='%.1f'>%,.0f</text>"
                      + "<text x='%.1f' y='%d'>%d</text>",
                  x,
                  y,
                  x - 10,
                  y - 8,
                  rate,
                  x - 6,
                  BOTTOM + 20,
                  count));
        });
    return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 300' font-family='sans-serif'"
        + " font-size='11'><title>"
        + title()
        + "</title><style>text{fill:#374151}polyline,circle{stroke:#2563eb}circle{fill:#2563eb}"
        + "rect{fill:#fff}@media (prefers-color-scheme:dark){text{fill:#e5e7eb}"
        + "polyline,circle{stroke:#60a5fa}circle{fill:#60a5fa}rect{fill:#111827}}</style>"
        + "<rect width='100%' height='100%'/><polyline fill='none' points='"
        + line.toString().strip()
        + "'/>"
        + points
        + "<text x='"
        + LEFT
        + "' y='275'>"
        + title()
        + "; both axes logarithmic</text></svg>";
  }

  private String title() {
    return what.replace('_', ' ') + " against " + counted;
  }

  /** Where a value lies between two others, on a logarithmic scale from 0 to 1. */
  private static double share(double value, double from, double to) {
    return from == to ? 0 : Math.log(value / from) / Math.log(to / from);
  }
}

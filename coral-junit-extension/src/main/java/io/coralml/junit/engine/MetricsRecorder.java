package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.Metrics;
import io.coralml.junit.stats.Bootstrap;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** Keeps what a benchmark records, repetition by repetition, and derives the ratios. */
final class MetricsRecorder implements Metrics {
  private static final double CONFIDENCE = 0.95;

  private final Map<String, Series> series = new LinkedHashMap<>();
  private final Map<String, Quotient> quotients = new LinkedHashMap<>();
  private Map<String, Entry> common = new TreeMap<>();
  private Map<String, Entry> current = new TreeMap<>();
  private long bytesPerOp;
  private long itemsPerOp;

  private record Entry(double value, String unit, Better better) {}

  private record Series(String unit, Better better, List<Double> values) {}

  private record Quotient(String numerator, String denominator, Better better) {}

  MetricsRecorder(long bytesPerOp, long itemsPerOp) {
    this.bytesPerOp = bytesPerOp;
    this.itemsPerOp = itemsPerOp;
  }

  @Override
  public void bytesPerOp(long bytes) {
    bytesPerOp = positive("bytes per operation", bytes);
  }

  @Override
  public void itemsPerOp(long items) {
    itemsPerOp = positive("items per operation", items);
  }

  long bytesPerOp() {
    return bytesPerOp;
  }

  long itemsPerOp() {
    return itemsPerOp;
  }

  @Override
  public void rawBytes(long bytes) {
    addBytes("raw_bytes", bytes, Better.NEITHER);
  }

  @Override
  public void storedBytes(long bytes) {
    addBytes("stored_bytes", bytes, Better.LOWER);
  }

  @Override
  public void limitBytes(long bytes) {
    addBytes("limit_bytes", bytes, Better.NEITHER);
  }

  @Override
  public void addBytes(String key, long bytes, Better better) {
    add(key, bytes, "B", better);
  }

  @Override
  public void addCount(String key, long count, Better better) {
    add(key, count, "1", better);
  }

  private synchronized void add(String key, long amount, String unit, Better better) {
    if (amount < 0) {
      throw new BenchmarkException(
          "The metric " + key + " was given " + amount + "; an amount cannot be negative.");
    }
    current.merge(
        key,
        entry(key, (double) amount, unit, better),
        (old, added) -> new Entry(old.value + added.value, unit, better));
  }

  @Override
  public synchronized void value(String key, double value, String unit, Better better) {
    if (Double.isNaN(value)) {
      throw new BenchmarkException("The metric " + key + " was given NaN; record a number.");
    }
    current.put(key, entry(key, value, unit, better));
  }

  /** Checks the key where the body names it: later it would take the place of another failure. */
  private static Entry entry(String key, double value, String unit, Better better) {
    Metric checked = Metric.exact(key, value, unit, better);
    return new Entry(checked.value(), checked.unit(), checked.better());
  }

  @Override
  public synchronized void ratio(
      String key, String numeratorKey, String denominatorKey, Better better) {
    Entry checked = entry(key, 1, "x", better);
    quotients.put(key, new Quotient(numeratorKey, denominatorKey, checked.better));
  }

  @Override
  public void time(String key, Action action) throws Exception {
    long start = System.nanoTime();
    action.run();
    value(key, (double) (System.nanoTime() - start), "ns", Better.LOWER);
  }

  @Override
  public <T> T timed(String key, Callable<T> call) throws Exception {
    long start = System.nanoTime();
    T result = call.call();
    value(key, (double) (System.nanoTime() - start), "ns", Better.LOWER);
    return result;
  }

  /** What was recorded until now, by set-up, belongs to every repetition. */
  synchronized void beginRepetitions() {
    common = new TreeMap<>(current);
  }

  /** Ends a repetition: derives its ratios and keeps its values. */
  synchronized void endRepetition() {
    quotients.forEach(this::checkRecorded);
    deriveAll();
    current.forEach(
        (key, entry) ->
            series
                .computeIfAbsent(key, k -> new Series(entry.unit, entry.better, new ArrayList<>()))
                .values
                .add(entry.value));
    current = new TreeMap<>(common);
  }

  private void checkRecorded(String key, Quotient quotient) {
    for (String needed : List.of(quotient.numerator, quotient.denominator)) {
      if (!current.containsKey(needed)) {
        throw new BenchmarkException(
            "The ratio "
                + key
                + " needs the metric "
                + needed
                + ", which was not recorded in this repetition; record it, or correct the key.");
      }
    }
  }

  /**
   * Returns what was recorded until a repetition failed: its own figures, which explain the
   * failure, and of the keys that it did not reach those of the repetitions before it.
   */
  synchronized Map<String, Metric> untilFailure(long seed) {
    Map<String, Metric> metrics = summary(seed);
    if (!current.equals(common)) {
      deriveAll();
      current.forEach(
          (key, entry) ->
              metrics.put(key, Metric.exact(key, entry.value, entry.unit, entry.better)));
    }
    return metrics;
  }

  private void deriveAll() {
    derive("compression_ratio", "raw_bytes", "stored_bytes", Better.HIGHER);
    derive("limit_ratio", "raw_bytes", "limit_bytes", Better.NEITHER);
    Entry raw = current.get("raw_bytes");
    Entry stored = current.get("stored_bytes");
    if (raw != null && stored != null && raw.value > 0) {
      double saved = 100 * (1 - stored.value / raw.value);
      current.put("space_saved_percent", new Entry(saved, "%", Better.HIGHER));
    }
    quotients.forEach((key, q) -> derive(key, q.numerator, q.denominator, q.better));
  }

  private void derive(String key, String numerator, String denominator, Better better) {
    Entry above = current.get(numerator);
    Entry below = current.get(denominator);
    if (above != null && below != null && below.value > 0) {
      current.put(key, new Entry(above.value / below.value, "x", better));
    }
  }

  /** Returns the median of each key over the repetitions; its interval from two of them up. */
  synchronized Map<String, Metric> summary(long seed) {
    Map<String, Metric> metrics = new TreeMap<>();
    series.forEach((key, values) -> metrics.put(key, summarise(key, values, seed)));
    return metrics;
  }

  private static Metric summarise(String key, Series series, long seed) {
    Sample sample = Sample.of(series.values);
    if (sample.min() == sample.max()) {
      return Metric.exact(key, sample.min(), series.unit, series.better);
    }
    Interval median = new Bootstrap(2000, seed).median(sample, CONFIDENCE);
    return new Metric(key, median.value(), median.low(), median.high(), series.unit, series.better);
  }

  private static long positive(String what, long amount) {
    if (amount <= 0) {
      throw new BenchmarkException("The " + what + " must be positive; got " + amount + ".");
    }
    return amount;
  }
}

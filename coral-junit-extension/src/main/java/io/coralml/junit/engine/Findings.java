package io.coralml.junit.engine;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.Stability;
import io.coralml.junit.Stage;
import io.coralml.junit.Status;
import io.coralml.junit.stats.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a measurement finds while it goes on, so that a measurement which is cut short still
 * has a result. Thread-safe.
 */
final class Findings {
  private final Benchmark benchmark;
  private final Instant start = Instant.now();
  private final SortedMap<String, Metric> metrics = new TreeMap<>();
  private final SortedMap<String, String> settings = new TreeMap<>();
  private final List<Double> samples = new ArrayList<>();
  private final List<HistogramBucket> histogram = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final List<Attachment> attachments = new ArrayList<>();
  private final Consumer<String> entered;
  private Stability label = Stability.NOT_APPLICABLE;

  Findings(Benchmark benchmark) {
    this(benchmark, stage -> {});
  }

  /**
   * Creates empty findings.
   *
   * @param entered is told the name of each stage that begins
   */
  Findings(Benchmark benchmark, Consumer<String> entered) {
    this.benchmark = benchmark;
    this.entered = entered;
  }

  /** Says that a stage begins. */
  void enter(String stage) {
    entered.accept(stage);
  }

  synchronized void exact(String key, double value, String unit, Better better) {
    metrics.put(key, Metric.exact(key, value, unit, better));
  }

  void count(String key, long value, Better better) {
    exact(key, (double) value, "1", better);
  }

  synchronized void interval(String key, Interval interval, String unit, Better better) {
    metrics.put(
        key, new Metric(key, interval.value(), interval.low(), interval.high(), unit, better));
  }

  synchronized void metrics(Map<String, Metric> more) {
    metrics.putAll(more);
  }

  synchronized void setting(String key, Object value) {
    settings.put(key, value.toString());
  }

  synchronized void samples(Collection<Double> values) {
    samples.addAll(values);
  }

  synchronized void histogram(Collection<HistogramBucket> buckets) {
    histogram.addAll(buckets);
  }

  synchronized void warn(String sentence) {
    if (!warnings.contains(sentence)) {
      warnings.add(sentence);
    }
  }

  synchronized void stage(String name, Instant began, String note) {
    stages.add(new Stage(name, began, Duration.between(began, Instant.now()), note));
  }

  synchronized void attach(Attachment attachment) {
    attachments.add(attachment);
  }

  synchronized void label(Stability stability) {
    label = stability;
  }

  /** Returns a result as a failure, with everything that was measured. */
  static BenchmarkResult failed(BenchmarkResult r, Throwable cause) {
    return new BenchmarkResult(
        r.id(),
        r.suite(),
        r.name(),
        r.displayName(),
        r.className(),
        r.methodName(),
        r.mode(),
        r.parameters(),
        r.tags(),
        r.settings(),
        Status.FAILED,
        cause,
        r.label(),
        r.metrics(),
        r.samples(),
        r.histogram(),
        r.warnings(),
        r.stages(),
        r.attachments(),
        r.start(),
        r.stop());
  }

  synchronized BenchmarkResult result(Status status, @Nullable Throwable failure) {
    return new BenchmarkResult(
        benchmark.id(),
        benchmark.suite(),
        benchmark.name(),
        benchmark.displayName(),
        benchmark.testClass().getName(),
        benchmark.method().getName(),
        benchmark.declaration().mode(),
        benchmark.parameters(),
        new TreeSet<>(benchmark.tags()),
        settings,
        status,
        failure,
        label,
        metrics,
        samples,
        histogram,
        warnings,
        stages,
        attachments,
        start,
        Instant.now());
  }
}

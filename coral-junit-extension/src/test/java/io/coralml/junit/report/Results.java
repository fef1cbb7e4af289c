package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stability;
import io.coralml.junit.Stage;
import io.coralml.junit.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Builds results for tests of reporters. */
public final class Results {
  static final Instant START = Instant.parse("2026-11-02T10:00:00Z");

  private String suite = "compression";
  private String name = "CodecBenchmark.encode";
  private Mode mode = Mode.THROUGHPUT;
  private Status status = Status.PASSED;
  private Stability label = Stability.STEADY;
  private @Nullable Throwable failure;
  private final SortedMap<String, String> parameters = new TreeMap<>();
  private final SortedMap<String, String> settings =
      new TreeMap<>(Map.of("profile", "quick", "blocks", "40"));
  private final SortedMap<String, Metric> metrics = new TreeMap<>();
  private final List<Double> samples = new ArrayList<>();
  private final List<HistogramBucket> histogram = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  public static Results result() {
    return new Results();
  }

  public static BenchmarkResult throughput() {
    return result()
        .parameter("size", "1024")
        .metric(new Metric("ns_per_op", 1251, 1203, 1299, "ns/op", Better.LOWER))
        .metric(Metric.exact("b_per_op", 16, "B/op", Better.LOWER))
        .samples(1250, 1251, 1252, 1249, 1900)
        .build();
  }

  public static RunReport run(Path folder, BenchmarkResult... results) {
    return run("quick", folder, results);
  }

  public static RunReport run(String profile, Path folder, BenchmarkResult... results) {
    SortedMap<String, String> environment = new TreeMap<>();
    environment.put("jvm", "OpenJDK 64-Bit Server VM 17");
    environment.put("cpu_cores", "2");
    return new RunReport(
        profile,
        42,
        Duration.ofSeconds(60),
        environment,
        List.of(results),
        List.of(),
        folder,
        START,
        START.plusSeconds(12));
  }

  public Results suite(String value) {
    suite = value;
    return this;
  }

  public Results name(String value) {
    name = value;
    return this;
  }

  public Results mode(Mode value) {
    mode = value;
    return this;
  }

  public Results failed(Throwable value) {
    failure = value;
    status = Status.FAILED;
    return this;
  }

  public Results label(Stability value) {
    label = value;
    return this;
  }

  public Results parameter(String key, String value) {
    parameters.put(key, value);
    return this;
  }

  public Results setting(String key, String value) {
    settings.put(key, value);
    return this;
  }

  public Results functional() {
    settings.clear();
    return this;
  }

  public Results metric(Metric value) {
    metrics.put(value.key(), value);
    return this;
  }

  public Results samples(double... values) {
    for (double value : values) {
      samples.add(value);
    }
    return this;
  }

  public Results bucket(long from, long to, long count) {
    histogram.add(new HistogramBucket(from, to, count));
    return this;
  }

  public Results warning(String value) {
    warnings.add(value);
    return this;
  }

  public BenchmarkResult build() {
    String className = "org.example." + name.substring(0, name.indexOf('.'));
    String method = name.substring(name.indexOf('.') + 1);
    return new BenchmarkResult(
        className + "." + method + parameters,
        suite,
        name,
        method + " " + parameters,
        className,
        method,
        mode,
        parameters,
        new TreeSet<>(List.of("benchmark", suite)),
        settings,
        status,
        failure,
        label,
        metrics,
        samples,
        histogram,
        warnings,
        List.of(new Stage("pilot", START, Duration.ofMillis(120), "8192 operations per block")),
        List.of(),
        START,
        START.plusSeconds(2));
  }
}

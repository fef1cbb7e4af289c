package io.coralml.junit.engine;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Better;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.Mode;
import io.coralml.junit.Stability;
import io.coralml.junit.Status;
import io.coralml.junit.stats.Bootstrap;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Measures a benchmark in fresh JVMs, one after the other, and joins what they found. The fork is
 * the unit of inference: two JVMs that run the same code may differ by more than all the blocks
 * within one.
 *
 * @param uniqueId of the invocation
 * @param benchmark who it is
 * @param jvmArguments added to those of this JVM
 * @param options of the parent, passed on
 * @param asked what the run was asked for
 */
record ForkRequest(
    String uniqueId,
    Benchmark benchmark,
    List<String> jvmArguments,
    Map<String, String> options,
    RunOptions asked) {
  /** Tells a fork where to write; its presence makes a JVM a fork. */
  static final String RESULT = "coral.fork.result";

  private static final int FEWEST_COLD = 3;

  /**
   * Runs the forks, one after the other.
   *
   * @param forks how many, unless the time is spent before; one in any case, three of a cold start
   * @param allotted how long all may take together
   */
  List<ForkResult> run(int forks, Duration allotted, Findings findings, Control control)
      throws Exception {
    List<ForkResult> results = new ArrayList<>();
    boolean cold = benchmark.declaration().mode() == Mode.COLD;
    ForkShares shares = new ForkShares(forks, cold ? FEWEST_COLD : 1, allotted, System::nanoTime);
    Optional<Duration> each = shares.next();
    while (each.isPresent() && !control.isCancelled()) {
      results.add(one(results.size() + 1, forks, each.get(), findings, control));
      // A cold start is nothing but its fork.
      shares.ended(cold ? Duration.ZERO : each.get());
      each = shares.next();
    }
    if (results.size() < forks && !control.isCancelled()) {
      findings.warn(
          "The time budget allowed "
              + results.size()
              + " of "
              + forks
              + (cold ? " cold starts." : " forks."));
    }
    return results;
  }

  private ForkResult one(int number, int forks, Duration each, Findings findings, Control control)
      throws Exception {
    findings.enter("fork " + number + " of " + forks);
    Instant start = Instant.now();
    String millis = Math.max(1, each.toMillis()) + "ms";
    Map<String, String> own = new HashMap<>(options);
    own.put("coral.forks", "0");
    own.put("coral.benchmark-time", millis);
    own.put("coral.budget", millis);
    ForkProcess.Ended ended =
        new ForkProcess(benchmark.displayName(), uniqueId, jvmArguments, own, asked)
            .run(asked.timeLimit(), control);
    keep(ended.printed(), number, findings);
    ForkResult result = ended.result();
    if (result.status() != Status.PASSED) {
      findings.metrics(result.metrics());
      throw new BenchmarkException(
          "@CoralBenchmark "
              + benchmark.displayName()
              + " failed in its fork: "
              + result.failure());
    }
    findings.stage("fork " + number, start, result.samples().size() + " samples");
    return result;
  }

  /** What a fork printed belongs to the result, for whoever looks for it. */
  private void keep(String printed, int fork, Findings findings) throws IOException {
    if (printed.isBlank()) {
      return;
    }
    String name = "output of fork " + fork;
    Path folder = Files.createDirectories(asked.output().resolve("forks"));
    Path file = folder.resolve(benchmark.fileName() + "-" + fork + ".txt");
    Files.writeString(file, printed);
    findings.attach(new Attachment(name, "text/plain", file));
  }

  /** Joins what the forks found into one result. */
  void join(List<ForkResult> results, Findings findings, long seed) {
    if (results.isEmpty()) {
      return;
    }
    findings.setting("forks", results.size());
    results.forEach(result -> result.warnings().forEach(findings::warn));
    results.forEach(result -> findings.samples(result.samples()));
    results.get(0).settings().forEach(findings::setting);
    TreeSet<String> keys = new TreeSet<>();
    results.forEach(result -> keys.addAll(result.metrics().keySet()));
    for (String key : keys) {
      findings.metrics(Map.of(key, joined(key, results, seed)));
    }
    findings.histogram(histogram(results));
    findings.label(label(results));
  }

  private Metric joined(String key, List<ForkResult> results, long seed) {
    List<Metric> found =
        results.stream()
            .map(result -> result.metrics().get(key))
            .filter(java.util.Objects::nonNull)
            .toList();
    Metric first = found.get(0);
    if (found.size() == 1) {
      return first;
    }
    Sample values = Sample.of(found.stream().map(Metric::value).toList());
    if (values.min() == values.max()) {
      return Metric.exact(key, values.min(), first.unit(), first.better());
    }
    Interval interval = interval(key, results, values, seed);
    return new Metric(
        key, interval.value(), interval.low(), interval.high(), first.unit(), first.better());
  }

  private Interval interval(String key, List<ForkResult> results, Sample values, long seed) {
    Bootstrap bootstrap = new Bootstrap(2000, seed);
    if (key.equals("ns_per_op") && benchmark.declaration().mode() == Mode.THROUGHPUT) {
      return bootstrap.medianOfForks(
          results.stream().map(result -> Sample.of(result.samples())).toList(), 0.95);
    }
    return bootstrap.median(values, 0.95);
  }

  private static List<HistogramBucket> histogram(List<ForkResult> results) {
    Map<Long, HistogramBucket> buckets = new TreeMap<>();
    for (ForkResult result : results) {
      for (HistogramBucket bucket : result.histogram()) {
        buckets.merge(
            bucket.toNanos(),
            bucket,
            (a, b) ->
                new HistogramBucket(
                    Math.min(a.fromNanos(), b.fromNanos()), a.toNanos(), a.count() + b.count()));
      }
    }
    return List.copyOf(buckets.values());
  }

  private static Stability label(List<ForkResult> results) {
    Stability worst = results.get(0).label();
    for (ForkResult result : results) {
      if (result.label() == Stability.DRIFTING || worst == Stability.STEADY) {
        worst = result.label();
      }
    }
    return worst;
  }

  /** Returns the metric of a cold start. */
  static void cold(long nanos, Findings findings) {
    findings.exact("ns_per_op", (double) nanos, "ns/op", Better.LOWER);
    findings.samples(List.of((double) nanos));
  }
}

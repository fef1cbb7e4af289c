package io.coralml.junit.engine;

import io.coralml.junit.Better;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.memory.Allocation;
import io.coralml.junit.memory.MemoryWatch;
import io.coralml.junit.stats.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Measures each call on its own into a histogram with three significant digits.
 *
 * <p>A closed loop calls again as soon as the last call returned, so a stall delays calls that are
 * then never counted as slow. An open loop has a schedule: each call has an intended start, and its
 * latency counts from there, whether or not the body was ready; that is what users with their own
 * clocks see (Tene, "How NOT to Measure Latency").
 */
final class Latency {
  private static final double WARM_UP = 0.3;
  private static final int SEGMENTS = 50;
  private static final int FEWEST_CALLS = 10;
  private static final long SPIN_NANOS = 100_000;
  private static final double Z = 1.96;

  private final Findings findings;
  private final Duration allotted;
  private final double callsPerSecond;

  Latency(Findings findings, Duration allotted, double callsPerSecond) {
    this.findings = findings;
    this.allotted = allotted;
    this.callsPerSecond = callsPerSecond;
  }

  /** What one thread saw. */
  private record Observed(
      Histogram histogram, List<Double> segmentMeans, double seconds, long bytes, boolean late) {}

  /** Measures on one thread, or on each of a crew. */
  void measure(Body body, int threads) throws Throwable {
    findings.enter("warm-up");
    Instant start = Instant.now();
    MemoryWatch watch;
    long warmUp = (long) (allotted.toNanos() * WARM_UP);
    List<Observed> observed;
    if (threads == 1) {
      observe(body, warmUp, 0);
      findings.stage("warm-up", start, "");
      start = Instant.now();
      watch = watch();
      observed = List.of(observe(body, allotted.toNanos() - warmUp, callsPerSecond));
    } else {
      try (Crew crew = new Crew(body, threads)) {
        crew.all(member -> observe(member, warmUp, 0), () -> {});
        findings.stage("warm-up", start, threads + " threads");
        start = Instant.now();
        watch = watch();
        observed =
            crew.all(
                member -> observe(member, allotted.toNanos() - warmUp, callsPerSecond / threads),
                () -> {});
      }
    }
    Diagnosis.of(watch.stop(), findings);
    summarise(observed);
    findings.stage("measurement", start, callsPerSecond > 0 ? "open loop" : "closed loop");
    findings.setting("clock_cost_ns", Clock.COST_NANOS);
  }

  private MemoryWatch watch() {
    findings.enter("measurement");
    // What earlier benchmarks left behind is not this one's to collect.
    System.gc();
    return MemoryWatch.start();
  }

  private Observed observe(Body body, long nanos, double rate) throws Throwable {
    Histogram histogram = new Histogram(3);
    List<Double> means = new ArrayList<>();
    long began = System.nanoTime();
    long segmentEnd = began + nanos / SEGMENTS;
    double segmentSum = 0;
    long segmentCalls = 0;
    long now = began;
    long bytes = 0;
    long behind = 0;
    for (long call = 0;
        !body.control().isCancelled() && (now - began < nanos || call < fewest(call, now - began));
        call++) {
      long took;
      if (rate > 0) {
        long intended = began + (long) (call * 1e9 / rate);
        waitUntil(intended);
        behind = System.nanoTime() - intended;
        body.run(1);
        took = System.nanoTime() - intended;
      } else {
        took = body.run(1);
      }
      histogram.recordValue(Math.max(0, took));
      bytes += body.allocatedBytes();
      now = System.nanoTime();
      segmentSum += took;
      segmentCalls++;
      if (now >= segmentEnd) {
        means.add(segmentSum / segmentCalls);
        segmentSum = 0;
        segmentCalls = 0;
        segmentEnd = now + nanos / SEGMENTS;
      }
    }
    if (means.isEmpty() && segmentCalls > 0) {
      means.add(segmentSum / segmentCalls);
    }
    // A tenth of the whole time behind the schedule at its end: the queue has grown all along.
    boolean late = behind > Math.max(SPIN_NANOS, (now - began) / 10);
    return new Observed(histogram, means, (System.nanoTime() - began) / 1e9, bytes, late);
  }

  /** Ten calls, unless one alone takes more than the whole time; then one. */
  private long fewest(long calls, long spent) {
    return calls > 0 && spent / calls > allotted.toNanos() ? 1 : FEWEST_CALLS;
  }

  private static void waitUntil(long intended) {
    long left = intended - System.nanoTime();
    while (left > 0) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
      left = intended - System.nanoTime();
    }
  }

  private void summarise(List<Observed> observed) {
    Histogram all = new Histogram(3);
    double rate = 0;
    for (Observed one : observed) {
      all.add(one.histogram);
      rate += one.histogram.getTotalCount() / one.seconds;
      findings.samples(one.segmentMeans);
    }
    if (all.getTotalCount() == 0) {
      return;
    }
    findings.exact("ns_per_op", all.getMean(), "ns/op", Better.LOWER);
    findings.exact("ops_per_s", rate, "ops/s", Better.HIGHER);
    if (Allocation.isCounted()) {
      double bytes = observed.stream().mapToLong(Observed::bytes).sum();
      findings.exact("b_per_op", bytes / all.getTotalCount(), "B/op", Better.LOWER);
    }
    if (observed.stream().anyMatch(Observed::late)) {
      findings.warn(
          String.format(
              Locale.ROOT,
              "The body cannot keep up with %.0f calls per second: the queue grew to the end, and"
                  + " latencies say how long was measured. Lower callsPerSecond.",
              callsPerSecond));
    }
    findings.count("calls", all.getTotalCount(), Better.NEITHER);
    quantile(all, "p50_ns", 0.5);
    quantile(all, "p90_ns", 0.9);
    quantile(all, "p95_ns", 0.95);
    quantile(all, "p99_ns", 0.99);
    quantile(all, "p999_ns", 0.999);
    findings.exact("max_ns", (double) all.getMaxValue(), "ns", Better.LOWER);
    List<HistogramBucket> buckets = new ArrayList<>();
    for (HistogramIterationValue step : all.logarithmicBucketValues(1, Math.sqrt(2))) {
      if (step.getCountAddedInThisIterationStep() > 0) {
        buckets.add(
            new HistogramBucket(
                step.getValueIteratedFrom(),
                step.getValueIteratedTo(),
                step.getCountAddedInThisIterationStep()));
      }
    }
    findings.histogram(buckets);
  }

  /** A quantile with the 95 % interval that the binomial distribution of its rank gives. */
  private void quantile(Histogram all, String key, double p) {
    double reach = Z * Math.sqrt(p * (1 - p) / all.getTotalCount());
    Interval interval =
        new Interval(
            all.getValueAtPercentile(100 * Math.max(0, p - reach)),
            all.getValueAtPercentile(100 * p),
            all.getValueAtPercentile(100 * Math.min(1, p + reach)));
    if (all.getTotalCount() * (1 - p) < 1) {
      findings.warn(
          key + " rests on fewer calls than it takes to see it; it is close to the maximum.");
    }
    findings.interval(key, interval, "ns", Better.LOWER);
  }
}

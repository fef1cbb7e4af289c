package io.coralml.junit.engine;

import io.coralml.junit.Better;
import io.coralml.junit.memory.Allocation;
import io.coralml.junit.memory.LeakSlope;
import io.coralml.junit.memory.MemoryWatch;
import io.coralml.junit.stats.Bootstrap;
import io.coralml.junit.stats.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Runs a body once per repetition and gathers what it records. */
final class Scenario {
  private static final int FEWEST_FOR_SLOPE = 5;
  private final Control control;
  private final MetricsRecorder recorder;
  private final Findings findings;
  private final Duration allotted;
  private final long seed;
  private final boolean leak;

  /** Does one repetition. */
  @FunctionalInterface
  interface Repetition {
    /** Returns how long it took, in ns. */
    long run() throws Throwable;
  }

  Scenario(
      Control control,
      MetricsRecorder recorder,
      Findings findings,
      Duration allotted,
      long seed,
      boolean leak) {
    this.leak = leak;
    this.control = control;
    this.recorder = recorder;
    this.findings = findings;
    this.allotted = allotted;
    this.seed = seed;
  }

  /**
   * Repeats the body, as often as asked or as the time is enough for: a repetition that would not
   * be over in time, if it took as long as the one before, is not begun. A run of many bodies that
   * take most of their share each would otherwise be longer than its budget by half.
   *
   * @param first runs the first repetition, through JUnit's interceptors
   * @param others runs every other one
   * @param repetitions how often, unless the time is spent before; once in any case
   */
  void measure(Repetition first, Repetition others, int repetitions) throws Throwable {
    Instant start = Instant.now();
    long began = System.nanoTime();
    recorder.beginRepetitions();
    MemoryWatch watch = MemoryWatch.start();
    List<Double> times = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    LeakSlope slope = new LeakSlope();
    long nanos;
    do {
      findings.enter("repetition " + (times.size() + 1) + " of " + repetitions);
      long allocatedBefore = Allocation.currentThreadBytes();
      nanos = times.isEmpty() ? first.run() : others.run();
      if (!control.isCancelled() || times.isEmpty()) {
        bytes.add((double) (Allocation.currentThreadBytes() - allocatedBefore));
        times.add((double) nanos);
        recorder.endRepetition();
        if (leak) {
          slope.observe(times.size());
        }
      }
    } while (times.size() < repetitions
        && !control.isCancelled()
        && System.nanoTime() - began + nanos <= allotted.toNanos());
    summarise(times, bytes);
    Diagnosis.of(watch.stop(), findings);
    if (slope.points() >= FEWEST_FOR_SLOPE) {
      findings.interval("leak_bytes_per_op", slope.leak(), "B/op", Better.LOWER);
      findings.exact("retained_bytes", (double) slope.retainedBytes(), "B", Better.LOWER);
    }
    findings.stage("repetitions", start, times.size() + " of " + repetitions);
    findings.setting("repetitions", times.size());
    if (times.size() < repetitions && !control.isCancelled()) {
      findings.warn(
          "The time budget allowed " + times.size() + " of " + repetitions + " repetitions.");
    }
  }

  private void summarise(List<Double> times, List<Double> bytes) {
    Sample sample = Sample.of(times);
    findings.samples(times);
    if (times.size() > 1) {
      findings.interval(
          "ns_per_op", new Bootstrap(2000, seed).median(sample, 0.95), "ns/op", Better.LOWER);
    } else {
      findings.exact("ns_per_op", sample.median(), "ns/op", Better.LOWER);
    }
    if (Allocation.currentThreadBytes() >= 0) {
      findings.exact("b_per_op", Sample.of(bytes).median(), "B/op", Better.LOWER);
    }
    findings.metrics(recorder.summary(seed));
  }
}

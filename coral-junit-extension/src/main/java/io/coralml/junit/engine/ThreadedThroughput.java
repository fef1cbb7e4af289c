package io.coralml.junit.engine;

import io.coralml.junit.Better;
import io.coralml.junit.memory.Allocation;
import io.coralml.junit.memory.MemoryWatch;
import io.coralml.junit.stats.Bootstrap;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures operations on several threads at once: in each block all threads run until they are
 * stopped after 50 ms, and their rates are added up.
 */
final class ThreadedThroughput {
  private static final long BLOCK_MILLIS = 50;
  private static final double WARM_UP = 0.4;
  private static final int FEWEST_BLOCKS = 3;

  private final Crew crew;
  private final Control control;
  private final Findings findings;
  private final Duration allotted;
  private final long seed;
  private final long began = System.nanoTime();

  /** What one thread did in one block. */
  private record Turn(long calls, long nanos, long bytes) {}

  ThreadedThroughput(Crew crew, Control control, Findings findings, Duration allotted, long seed) {
    this.crew = crew;
    this.control = control;
    this.findings = findings;
    this.allotted = allotted;
    this.seed = seed;
  }

  void measure(long bytesPerOp, long itemsPerOp) throws Throwable {
    findings.enter("warm-up");
    Instant start = Instant.now();
    int warm = 0;
    while (spent() < WARM_UP && !control.isCancelled()) {
      block();
      warm++;
    }
    findings.stage("warm-up", start, warm + " blocks on " + crew.size() + " threads");
    findings.enter("measurement");
    start = Instant.now();
    // What earlier benchmarks left behind is not this one's to collect.
    System.gc();
    MemoryWatch watch = MemoryWatch.startBetweenBlocks();
    List<List<Turn>> blocks = new ArrayList<>();
    while ((spent() < 1 || blocks.size() < FEWEST_BLOCKS) && !control.isCancelled()) {
      List<Turn> turns = block();
      watch.look();
      if (!control.isCancelled()) {
        blocks.add(turns);
      }
    }
    Diagnosis.of(watch.stop(), findings);
    findings.stage("measurement", start, blocks.size() + " blocks of " + BLOCK_MILLIS + " ms");
    findings.setting("blocks", blocks.size());
    findings.setting("warm_up_blocks", warm);
    if (!blocks.isEmpty()) {
      summarise(blocks, bytesPerOp, itemsPerOp);
    }
  }

  private List<Turn> block() throws Throwable {
    control.restart();
    return crew.all(
        body -> {
          long nanos = body.run(Long.MAX_VALUE);
          return new Turn(body.callsDone(), nanos, body.allocatedBytes());
        },
        () -> {
          Thread.sleep(BLOCK_MILLIS);
          control.stop();
        });
  }

  private void summarise(List<List<Turn>> blocks, long bytesPerOp, long itemsPerOp) {
    int threads = crew.size();
    List<Double> times = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    for (List<Turn> turns : blocks) {
      double rate = turns.stream().mapToDouble(turn -> (double) turn.calls / turn.nanos).sum();
      double allocated = turns.stream().mapToLong(Turn::bytes).sum();
      times.add(threads / rate);
      bytes.add(allocated / turns.stream().mapToLong(Turn::calls).sum());
    }
    Sample sample = Sample.of(times);
    Interval median = new Bootstrap(2000, seed).median(sample, 0.95);
    findings.samples(times);
    findings.interval("ns_per_op", median, "ns/op", Better.LOWER);
    findings.interval("ops_per_s", median.map(ns -> threads * 1e9 / ns), "ops/s", Better.HIGHER);
    findings.exact("ns_per_op_mad", sample.mad(), "ns/op", Better.LOWER);
    findings.count("outliers", sample.outliers().total(), Better.LOWER);
    if (Allocation.isCounted()) {
      findings.exact("b_per_op", Sample.of(bytes).median(), "B/op", Better.LOWER);
    }
    if (bytesPerOp > 0) {
      findings.interval(
          "mb_per_s", median.map(ns -> threads * bytesPerOp * 1e3 / ns), "MB/s", Better.HIGHER);
    }
    if (itemsPerOp > 0) {
      findings.interval("ns_per_item", median.map(ns -> ns / itemsPerOp), "ns", Better.LOWER);
    }
    Diagnosis.of(sample, median, seed, findings);
  }

  private double spent() {
    return (double) (System.nanoTime() - began) / allotted.toNanos();
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.Better;
import io.coralml.junit.memory.Allocation;
import io.coralml.junit.memory.LeakSlope;
import io.coralml.junit.memory.MemoryWatch;
import io.coralml.junit.stats.Bootstrap;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Sample;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures operations in blocks: a pilot grows the block until it takes 5 to 20 ms, a warm-up runs
 * until no compilation finishes and two half-windows agree, and the measurement goes on until the
 * interval of the median is narrow or the time is spent.
 */
final class Throughput {
  private static final long SHORTEST_BLOCK = 5_000_000;
  private static final long TARGET_BLOCK = 10_000_000;
  private static final long LONGEST_BLOCK = 20_000_000;
  private static final int WINDOW = 16;
  private static final int ENOUGH_BLOCKS = 30;
  private static final int FEWEST_BLOCKS = 3;
  private static final int LEAK_POINTS = 10;
  private static final double AGREEMENT = 0.02;
  private static final double WARMUP_LEAST = 0.15;
  private static final double WARMUP_MOST = 0.5;

  private final Body body;
  private final Findings findings;
  private final Duration allotted;
  private final long seed;
  private final boolean mayWait;
  private final long began = System.nanoTime();
  private long calls = 1;
  private double leastNanos = Double.NaN;

  private record Block(double nanosPerOp, double bytesPerOp) {}

  Throughput(Body body, Findings findings, Duration allotted, long seed, boolean mayWait) {
    this.mayWait = mayWait;
    this.body = body;
    this.findings = findings;
    this.allotted = allotted;
    this.seed = seed;
  }

  /** Returns the time of the shortest block, in ns per operation; NaN before there is one. */
  double leastNanos() {
    return leastNanos;
  }

  /** Measures and puts what it finds into the findings. */
  void measure(long bytesPerOp, long itemsPerOp) throws Throwable {
    pilot();
    warmUp();
    findings.enter("measurement");
    Instant start = Instant.now();
    // What earlier benchmarks left behind is not this one's to collect.
    System.gc();
    MemoryWatch watch = MemoryWatch.startBetweenBlocks();
    long cpuBefore = cpuNanos();
    long wallBefore = System.nanoTime();
    List<Block> blocks = blocks(watch);
    double wall = System.nanoTime() - wallBefore;
    if (cpuBefore >= 0 && wall > 0) {
      Diagnosis.ofProcessor(100 * (cpuNanos() - cpuBefore) / wall, mayWait, findings);
    }
    Diagnosis.of(watch.stop(), findings);
    if (!blocks.isEmpty()) {
      summarise(blocks, bytesPerOp, itemsPerOp);
    }
    findings.stage("measurement", start, blocks.size() + " blocks of " + calls + " operations");
    findings.setting("blocks", blocks.size());
    findings.setting("operations_per_block", calls);
  }

  private void pilot() throws Throwable {
    findings.enter("pilot");
    Instant start = Instant.now();
    Clock.check(Clock.RESOLUTION_NANOS);
    body.run(calls);
    long nanos = body.wallNanos();
    while (nanos < SHORTEST_BLOCK && !stopped()) {
      double factor = nanos <= 0 ? 10 : Math.min(10, Math.max(2, (double) TARGET_BLOCK / nanos));
      calls = (long) Math.ceil(calls * factor);
      body.run(calls);
      nanos = body.wallNanos();
    }
    findings.stage("pilot", start, calls + " operations take " + millis(nanos));
  }

  private void warmUp() throws Throwable {
    findings.enter("warm-up");
    Instant start = Instant.now();
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    boolean watchCompiler = compiler != null && compiler.isCompilationTimeMonitoringSupported();
    long compiled = watchCompiler ? compiler.getTotalCompilationTime() : 0;
    List<Double> window = new ArrayList<>();
    int blocks = 0;
    boolean settled = false;
    while (!settled && !stopped() && spent() < WARMUP_MOST) {
      long nanos = body.run(calls);
      blocks++;
      long nowCompiled = watchCompiler ? compiler.getTotalCompilationTime() : 0;
      if (nowCompiled != compiled || resize(body.wallNanos())) {
        // What was compiled just now may be this body: what was seen before it does not count.
        compiled = nowCompiled;
        window.clear();
      } else {
        window.add((double) nanos / calls);
      }
      settled = window.size() >= WINDOW && spent() >= WARMUP_LEAST && halvesAgree(window);
    }
    if (!settled && !stopped() && blocks >= WINDOW) {
      findings.warn(
          "Warm-up ended by its time limit, before compilation had ceased and times agreed within"
              + " 2 %.");
    }
    findings.stage("warm-up", start, blocks + " blocks");
    findings.setting("warm_up_blocks", blocks);
  }

  /** Brings the block back into its bounds when the code has become faster or slower. */
  private boolean resize(long nanos) {
    if ((nanos >= SHORTEST_BLOCK && nanos <= LONGEST_BLOCK) || (nanos > 0 && calls == 1)) {
      if (calls == 1 && nanos < SHORTEST_BLOCK) {
        calls = Math.max(2, TARGET_BLOCK / nanos);
        return true;
      }
      return false;
    }
    double perCall = (double) Math.max(1, nanos) / calls;
    calls = Math.max(1, (long) (TARGET_BLOCK / perCall));
    return true;
  }

  private static boolean halvesAgree(List<Double> window) {
    int n = window.size();
    double first = Sample.of(window.subList(n - WINDOW, n - WINDOW / 2)).median();
    double second = Sample.of(window.subList(n - WINDOW / 2, n)).median();
    return Math.abs(second / first - 1) <= AGREEMENT;
  }

  private List<Block> blocks(MemoryWatch watch) throws Throwable {
    List<Block> blocks = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    boolean narrow = false;
    while (!stopped() && !narrow && (spent() < 1 || blocks.size() < fewest(times))) {
      long nanos = body.run(calls);
      watch.look();
      if (!stopped()) {
        blocks.add(new Block((double) nanos / calls, (double) body.allocatedBytes() / calls));
        times.add((double) nanos / calls);
        narrow =
            times.size() >= ENOUGH_BLOCKS
                && times.size() % 5 == 0
                && Sample.of(times).medianByRanks(1.96).relativeWidth() <= AGREEMENT;
      }
    }
    return blocks;
  }

  /** A body that alone takes longer than the whole time is measured once, any other three times. */
  private int fewest(List<Double> times) {
    boolean huge = !times.isEmpty() && times.get(0) * calls > allotted.toNanos();
    return huge ? 1 : FEWEST_BLOCKS;
  }

  private void summarise(List<Block> blocks, long bytesPerOp, long itemsPerOp) {
    List<Double> times = blocks.stream().map(Block::nanosPerOp).toList();
    Sample sample = Sample.of(times);
    Interval median = new Bootstrap(2000, seed).median(sample, 0.95);
    leastNanos = sample.min();
    findings.samples(times);
    findings.interval("ns_per_op", median, "ns/op", Better.LOWER);
    findings.interval("ops_per_s", median.map(ns -> 1e9 / ns), "ops/s", Better.HIGHER);
    findings.exact("ns_per_op_mad", sample.mad(), "ns/op", Better.LOWER);
    findings.count("outliers", sample.outliers().total(), Better.LOWER);
    if (bytesPerOp > 0) {
      findings.interval("mb_per_s", median.map(ns -> bytesPerOp * 1e3 / ns), "MB/s", Better.HIGHER);
    }
    if (itemsPerOp > 0) {
      findings.interval("ns_per_item", median.map(ns -> ns / itemsPerOp), "ns", Better.LOWER);
    }
    if (Allocation.currentThreadBytes() >= 0) {
      double bytes = Sample.of(blocks.stream().map(Block::bytesPerOp).toList()).median();
      findings.exact("b_per_op", bytes, "B/op", Better.LOWER);
    }
    Diagnosis.of(sample, median, seed, findings);
  }

  /** Observes the heap after collections while the body goes on, and records the slope. */
  void leak() throws Throwable {
    findings.enter("leak");
    Instant start = Instant.now();
    LeakSlope slope = new LeakSlope();
    long done = 0;
    for (int i = 0; i < LEAK_POINTS && !stopped(); i++) {
      body.run(calls);
      done += body.callsDone();
      slope.observe(done);
    }
    if (slope.points() == LEAK_POINTS) {
      findings.interval("leak_bytes_per_op", slope.leak(), "B/op", Better.LOWER);
      findings.exact("retained_bytes", (double) slope.retainedBytes(), "B", Better.LOWER);
    }
    findings.stage("leak", start, "heap after collection at " + slope.points() + " points");
  }

  private double spent() {
    return (double) (System.nanoTime() - began) / allotted.toNanos();
  }

  private boolean stopped() {
    return body.control().isCancelled();
  }

  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : -1;
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }
}

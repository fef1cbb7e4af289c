package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;
import io.coralml.junit.memory.Allocation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;
import java.util.List;

/**
 * What the measuring loop itself costs in this JVM, and whether its black hole holds.
 *
 * @param emptyNanos ns per turn of a loop around nothing
 * @param blackholeHolds whether an object given to the black hole is really allocated in compiled
 *     code
 */
record Calibration(double emptyNanos, boolean blackholeHolds) {
  private static final double RESOLUTION = 0.1;
  private static final int BLOCKS = 20;
  private static final int PROBE_BYTES = 64;
  private static final long BLOCK_NANOS = 2_000_000;
  private static final long LEAST_NANOS = 100_000_000;
  private static final long MOST_NANOS = 1_500_000_000;
  private static final double PLAUSIBLE_NANOS = 3;
  private static final double GAIN = 0.98;
  private static final double CONTRADICTION = 0.8;

  /** Runs a loop so many times and returns how long it took, in ns. */
  @FunctionalInterface
  interface Blocks {
    /** Runs a block. */
    long run(long calls) throws Throwable;
  }

  /** Measures for about a tenth of a second; longer when that gives no plausible time. */
  static Calibration measure() throws Throwable {
    Body empty = Body.empty(new Control());
    return new Calibration(least(calls -> processorNanos(empty, calls)), probeBlackhole());
  }

  /**
   * Tells whether a body cannot be told from an empty one.
   *
   * @param least the time of its shortest block, in ns per operation
   */
  boolean isEmpty(double least) {
    return least < emptyNanos + RESOLUTION;
  }

  /** Tells whether a body was so much faster than nothing that this calibration must be wrong. */
  boolean isContradictedBy(double least) {
    return least < CONTRADICTION * emptyNanos;
  }

  /** Returns the better of two: what disturbs a calibration only makes it longer. */
  Calibration or(Calibration other) {
    return new Calibration(
        Math.min(emptyNanos, other.emptyNanos), blackholeHolds && other.blackholeHolds);
  }

  /**
   * Time on the processor where the JVM tells it: on a busy machine a block of 2 ms is interrupted
   * more often than not, and what others did meanwhile is not the loop's.
   */
  private static long processorNanos(Body empty, long calls) throws Throwable {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    if (!threads.isCurrentThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled()) {
      return empty.run(calls);
    }
    long before = threads.getCurrentThreadCpuTime();
    long wall = empty.run(calls);
    long onProcessor = threads.getCurrentThreadCpuTime() - before;
    return onProcessor > 0 ? Math.min(wall, onProcessor) : wall;
  }

  /**
   * Returns the time per call of the shortest block: it is the one that the compiler had finished
   * and nobody disturbed. Where others hold the processors the compiler may need a second for a
   * loop that it compiles in a millisecond when left alone, and until then every block is as long
   * as the last one; so a time that no compiled loop takes is not believed before the patience is
   * at its end.
   */
  static double least(Blocks blocks) throws Throwable {
    long calls = 1000;
    long spent = 0;
    double best = Double.POSITIVE_INFINITY;
    int withoutGain = 0;
    while (spent < MOST_NANOS
        && (withoutGain < BLOCKS || spent < LEAST_NANOS || best > PLAUSIBLE_NANOS)) {
      long nanos = Math.max(1, blocks.run(calls));
      spent += nanos;
      double perCall = (double) nanos / calls;
      withoutGain = perCall < best * GAIN ? 0 : withoutGain + 1;
      best = Math.min(best, perCall);
      calls = nanos < BLOCK_NANOS ? calls * 2 : calls;
    }
    return best;
  }

  /**
   * Allocates in a loop and hands the objects to a black hole. An optimising compiler that sees
   * through it removes the allocation, and then fewer bytes are counted than objects need.
   */
  private static boolean probeBlackhole() throws Throwable {
    Method probe = Prober.class.getDeclaredMethod("probe", Blackhole.class);
    Body body = Body.of(probe, new Prober(), List.of(new Blackhole()), new Control());
    long calls = 100_000;
    for (int i = 0; i < BLOCKS; i++) {
      body.run(calls);
    }
    return Allocation.currentThreadBytes() < 0 || body.allocatedBytes() >= calls * PROBE_BYTES;
  }

  /** The body of the probe. */
  static final class Prober {
    void probe(Blackhole hole) {
      hole.consume(new byte[PROBE_BYTES]);
    }
  }
}

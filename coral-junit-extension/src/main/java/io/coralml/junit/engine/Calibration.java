package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;
import io.coralml.junit.memory.Allocation;
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
  private static final double GAIN = 0.98;

  /** Measures for about a tenth of a second. */
  static Calibration measure() throws Throwable {
    return new Calibration(emptyLoop(), probeBlackhole());
  }

  /** Tells whether a time cannot be told from that of an empty body. */
  boolean isEmpty(double nanosPerOp) {
    return nanosPerOp < emptyNanos + RESOLUTION;
  }

  /**
   * The shortest block counts: it is the one that the compiler had finished and nobody disturbed.
   */
  private static double emptyLoop() throws Throwable {
    Body empty = Body.empty(new Control());
    long began = System.nanoTime();
    long calls = 1000;
    double best = Double.POSITIVE_INFINITY;
    int withoutGain = 0;
    while (withoutGain < BLOCKS || System.nanoTime() - began < LEAST_NANOS) {
      long nanos = empty.run(calls);
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

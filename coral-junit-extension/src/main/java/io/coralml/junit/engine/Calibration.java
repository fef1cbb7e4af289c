package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;
import io.coralml.junit.memory.Allocation;
import io.coralml.junit.stats.Sample;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

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
  private static final long SETTLE = 3_000_000;

  /** Measures for about a tenth of a second. */
  static Calibration measure() throws Throwable {
    return new Calibration(emptyLoop(), probeBlackhole());
  }

  /** Tells whether a time cannot be told from that of an empty body. */
  boolean isEmpty(double nanosPerOp) {
    return nanosPerOp < emptyNanos + RESOLUTION;
  }

  private static double emptyLoop() throws Throwable {
    Body empty = Body.empty(new Control());
    long calls = 1000;
    while (empty.run(calls) < SETTLE) {
      calls *= 2;
    }
    double[] blocks = new double[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
      blocks[i] = (double) empty.run(calls) / calls;
    }
    return Sample.of(blocks).median();
  }

  /**
   * Allocates in a loop and hands the objects to a black hole. An optimising compiler that sees
   * through it removes the allocation, and then fewer bytes are counted than objects need.
   */
  private static boolean probeBlackhole() throws Throwable {
    MethodHandle probe =
        MethodHandles.lookup()
            .findStatic(
                Calibration.class,
                "probe",
                MethodType.methodType(void.class, Object.class, Blackhole.class));
    Class<?>[] types = {Blackhole.class};
    Object[] arguments = {new Blackhole()};
    Body body =
        new Body(
            Loop.around(Operands.bind(probe)),
            new Object(),
            Operands.of(types, arguments),
            new Control());
    long calls = 100_000;
    for (int i = 0; i < BLOCKS; i++) {
      body.run(calls);
    }
    long before = Allocation.currentThreadBytes();
    body.run(calls);
    long allocated = Allocation.currentThreadBytes() - before;
    return before < 0 || allocated >= calls * PROBE_BYTES;
  }

  /** Found by its name; the receiver is part of the shape every body has. */
  static void probe(Object unusedReceiver, Blackhole hole) {
    hole.consume(new byte[PROBE_BYTES]);
  }
}

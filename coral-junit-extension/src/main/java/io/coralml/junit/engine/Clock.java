package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;

/** What {@link System#nanoTime} can tell apart on this machine, and what reading it costs. */
final class Clock {
  /** What one reading costs, in ns: the least of many differences of two readings in a row. */
  static final long COST_NANOS;

  /** The smallest difference above zero that two readings showed, in ns. */
  static final long RESOLUTION_NANOS;

  private static final int READINGS = 20_000;

  /** Beyond this step nothing can be measured, in ns. */
  static final long COARSEST_NANOS = 1_000_000;

  static {
    long cost = Long.MAX_VALUE;
    long resolution = Long.MAX_VALUE;
    for (int i = 0; i < READINGS; i++) {
      long first = System.nanoTime();
      long difference = System.nanoTime() - first;
      cost = Math.min(cost, difference);
      resolution = difference > 0 ? Math.min(resolution, difference) : resolution;
    }
    COST_NANOS = cost;
    RESOLUTION_NANOS = resolution == Long.MAX_VALUE ? waitForTick() : resolution;
  }

  private Clock() {}

  private static long waitForTick() {
    long first = System.nanoTime();
    long next = first;
    while (next == first) {
      next = System.nanoTime();
    }
    return next - first;
  }

  /**
   * Checks that a block of 5 ms can be told from one of 5.1 ms.
   *
   * @throws BenchmarkException if the clock is too coarse to measure anything
   */
  static void check(long resolutionNanos) {
    if (resolutionNanos > COARSEST_NANOS) {
      throw new BenchmarkException(
          "The clock advances in steps of "
              + resolutionNanos
              + " ns; blocks of 5 to 20 ms cannot be measured with it. Use a machine whose"
              + " System.nanoTime advances by less than 1 ms.");
    }
  }
}

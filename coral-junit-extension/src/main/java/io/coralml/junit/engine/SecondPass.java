package io.coralml.junit.engine;

import java.time.Duration;

/**
 * Runs a body for a profiler, in blocks, so that the samples fall into it and not into the loop.
 */
final class SecondPass {
  /** How long a profiler watches if nobody says otherwise. */
  static final Duration LENGTH = Duration.ofSeconds(2);

  private static final long BLOCK_NANOS = 10_000_000;

  private SecondPass() {}

  static void run(Body body, Duration length) throws Throwable {
    long end = System.nanoTime() + length.toNanos();
    long calls = 1;
    while (System.nanoTime() < end && !body.control().isCancelled()) {
      long began = System.nanoTime();
      body.run(calls);
      if (System.nanoTime() - began < BLOCK_NANOS) {
        calls *= 2;
      }
    }
  }
}

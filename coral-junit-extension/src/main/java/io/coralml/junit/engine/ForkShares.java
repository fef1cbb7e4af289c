package io.coralml.junit.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Shares the time of one benchmark out over its forks. A JVM that starts and sets up takes time in
 * which nothing is measured, and how much is known once one has run: what is left is then shared
 * among as many others as it is enough for.
 */
final class ForkShares {
  /** What a JVM needs before it measures, as long as none has shown it. */
  static final Duration USUAL_START_UP = Duration.ofMillis(800);

  private final int forks;
  private final int fewest;
  private final LongSupplier clock;
  private final long deadline;
  private long startUp = USUAL_START_UP.toNanos();
  private long began;
  private long share;
  private int done;

  /**
   * Begins with the first fork.
   *
   * @param forks how many there are when the time is enough
   * @param fewest how many there are in any case
   * @param allotted for all together
   * @param clock in ns
   */
  ForkShares(int forks, int fewest, Duration allotted, LongSupplier clock) {
    this.forks = forks;
    this.fewest = fewest;
    this.clock = clock;
    this.deadline = clock.getAsLong() + allotted.toNanos();
  }

  /** Returns how long the next fork may measure; empty when there is none, or no time for it. */
  Optional<Duration> next() {
    began = clock.getAsLong();
    long left = deadline - began;
    long least = Budget.LEAST.toNanos();
    if (done == forks || (done >= fewest && left < startUp + least)) {
      return Optional.empty();
    }
    share = Math.max(left / (forks - done) - startUp, least);
    return Optional.of(Duration.ofNanos(share));
  }

  /**
   * Notes that a fork has ended.
   *
   * @param measured how much of its time it can have measured
   */
  void ended(Duration measured) {
    done++;
    startUp = Math.max(0, clock.getAsLong() - began - measured.toNanos());
  }
}

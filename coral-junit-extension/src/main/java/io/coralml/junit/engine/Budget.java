package io.coralml.junit.engine;

import java.time.Duration;

/**
 * Shares the time of a profile out over its benchmarks. What one benchmark leaves over, or takes
 * too much, the later ones share; each gets at least {@link #LEAST}, so too small a budget costs
 * repetitions, never a benchmark. Thread-safe.
 */
final class Budget {
  static final Duration LEAST = Duration.ofMillis(200);

  private final long total;
  private final long most;
  private int expected;
  private long spent;

  /**
   * Creates a budget.
   *
   * @param total for all benchmarks
   * @param most for one of them
   * @param expected how many there will be; 0 when nobody knows, then each gets the most
   */
  Budget(Duration total, Duration most, int expected) {
    this.total = total.toNanos();
    this.most = most.toNanos();
    this.expected = expected;
  }

  /** Returns how long the next benchmark may measure. */
  synchronized Duration next() {
    long share = most;
    if (expected > 0) {
      share = Math.min(share, Math.max(0, total - spent) / expected);
      expected--;
    } else {
      share = Math.min(share, Math.max(0, total - spent));
    }
    return Duration.ofNanos(Math.max(share, LEAST.toNanos()));
  }

  /** Notes how long a benchmark took. */
  synchronized void spend(Duration duration) {
    spent += duration.toNanos();
  }
}

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
   * @param expected how many parts there will be; 0 when nobody knows, then each gets the most
   */
  Budget(Duration total, Duration most, int expected) {
    this.total = total.toNanos();
    this.most = most.toNanos();
    this.expected = expected;
  }

  /**
   * Returns how long the next benchmark may measure.
   *
   * @param parts how many parts it needs: one, or two when it takes turns with a baseline as well
   */
  synchronized Duration next(int parts) {
    long left = Math.max(0, total - spent);
    long share = expected > 0 ? left / Math.max(expected, parts) * parts : left;
    expected = Math.max(0, expected - parts);
    return Duration.ofNanos(
        Math.max(Math.min(share, most * parts), LEAST.multipliedBy(parts).toNanos()));
  }

  /** Returns how long the benchmarks that are still to come will take. */
  synchronized Duration left() {
    return Duration.ofNanos(Math.max(0, Math.min(total - spent, most * expected)));
  }

  /** Notes how long a benchmark took. */
  synchronized void spend(Duration duration) {
    spent += duration.toNanos();
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkResult;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Shares the time of a profile out over its benchmarks. What one benchmark leaves over, or takes
 * too much, the later ones share; each gets at least {@link #LEAST}, so too small a budget costs
 * repetitions, never a benchmark. Thread-safe.
 */
final class Budget {
  static final Duration LEAST = Duration.ofMillis(200);

  private static final int KEPT_WITHIN_PERCENT = 115;
  private static final int NAMED = 5;

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

  /** Notes how long a benchmark took, or what belongs to it. */
  synchronized void spend(Duration duration) {
    spent += duration.toNanos();
  }

  /**
   * Says where the time went when more than 15 % too much was spent: a body that takes minutes is
   * called once all the same, and only whoever wrote it can make it shorter.
   */
  synchronized Optional<String> overrun(Collection<BenchmarkResult> results) {
    if (spent <= total / 100 * KEPT_WITHIN_PERCENT) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Measuring took %.1f s of a budget of %.1f s. What took longest: %s. Give them less"
                + " data, leave them to a larger profile, or raise coral.budget.",
            spent / 1e9,
            total / 1e9,
            results.stream()
                .sorted(Comparator.comparing(Budget::took).reversed())
                .limit(NAMED)
                .map(Budget::seconds)
                .collect(Collectors.joining(", "))));
  }

  private static String seconds(BenchmarkResult result) {
    return String.format(
        Locale.ROOT, "%s %.1f s", result.displayName(), took(result).toMillis() / 1e3);
  }

  private static Duration took(BenchmarkResult result) {
    return Duration.between(result.start(), result.stop());
  }
}

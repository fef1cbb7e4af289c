package io.coralml.junit.stats;

/**
 * Control of the false-discovery rate over tests that are decided one after the other, before the
 * later ones are known: a benchmark fails when it has been measured, not when all have.
 *
 * <p>The rule LOND ("significance levels based on the number of discoveries", Javanmard and
 * Montanari, "On Online Control of False Discovery Rate", 2015) with equal shares: of {@code m}
 * planned tests each is held to {@code rate / m}, times one more than the discoveries so far. Holds
 * for independent tests, and for positively dependent ones with a logarithmic factor. For tests
 * beyond the planned number their number takes the place of {@code m}.
 *
 * <p>Thread-safe.
 */
public final class OnlineDiscovery {
  private final double rate;
  private final int planned;
  private int tests;
  private int discoveries;

  /**
   * Creates a control.
   *
   * @param rate the share of false ones among the discoveries that is put up with, such as 0.05
   * @param planned how many tests there will be, at least 0
   */
  public OnlineDiscovery(double rate, int planned) {
    if (!(rate > 0 && rate < 1) || planned < 0) {
      throw new IllegalArgumentException(
          "A false-discovery rate lies between 0 and 1 and a number of tests is not negative; got "
              + rate
              + " and "
              + planned);
    }
    this.rate = rate;
    this.planned = planned;
  }

  /** Returns what the p-value of the next test may be at most for a discovery. */
  public synchronized double level() {
    return Math.min(1, rate * (discoveries + 1) / Math.max(1, Math.max(planned, tests + 1)));
  }

  /** Notes how the next test ended. */
  public synchronized void decided(boolean discovery) {
    tests++;
    discoveries += discovery ? 1 : 0;
  }

  /** Returns how many tests were decided or are planned, whichever is more. */
  public synchronized int size() {
    return Math.max(planned, tests);
  }
}

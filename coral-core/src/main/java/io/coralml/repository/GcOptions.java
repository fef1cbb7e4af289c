package io.coralml.repository;

import io.coralml.InvalidInputException;
import java.time.Duration;

/**
 * How careful a clean-up is.
 *
 * @param grace how long something must have been out of reach before it is removed
 * @param reflogExpiry how long the log of a reference keeps an entry, and with it what the entry
 *     reaches
 */
public record GcOptions(Duration grace, Duration reflogExpiry) {
  /** Checks that neither is negative. */
  public GcOptions {
    if (grace.isNegative() || reflogExpiry.isNegative()) {
      throw new InvalidInputException("A period of time cannot be negative.");
    }
  }

  /** Two weeks of grace; entries of logs are kept for 90 days. */
  public static GcOptions defaults() {
    return new GcOptions(Duration.ofDays(14), Duration.ofDays(90));
  }

  /** Everything out of reach goes at once, and logs are emptied. */
  public static GcOptions immediate() {
    return new GcOptions(Duration.ZERO, Duration.ZERO);
  }
}

package io.coralml.junit;

/**
 * How much is measured, from nothing to everything. Each profile contains the ones before it: a
 * benchmark marked {@link #QUICK} runs in every measuring profile, one marked {@link #FULL} only in
 * full and comprehensive.
 */
public enum BenchmarkProfile {
  /** Nothing is timed: every body runs once, and only its correctness counts. */
  FUNCTIONAL,
  /** About a minute of measuring, for every push. */
  QUICK,
  /** About five minutes, for a change under review. */
  STANDARD,
  /** About ten minutes, for a release. */
  FULL,
  /** Twenty to thirty minutes, for research. */
  COMPREHENSIVE;

  /** Returns the profile's name as options and reports write it: lower case. */
  public String key() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Tells whether a benchmark that asks for {@code required} takes part in this profile. */
  public boolean includes(BenchmarkProfile required) {
    return this == FUNCTIONAL || compareTo(required) >= 0;
  }
}

package io.coralml.junit;

/** How one benchmark ended. */
public enum Status {
  /** The body ran, and what it measured is in the result. */
  PASSED,
  /** The body threw, or the measurement failed; {@link BenchmarkResult#failure()} says why. */
  FAILED,
  /** An assumption did not hold, or the run was cancelled; what was measured until then is kept. */
  ABORTED;

  /** Returns the status as reports write it: lower case. */
  public String key() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}

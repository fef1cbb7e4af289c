package io.coralml.junit.verdict;

/** Slower than may be, or a count, a size or a ratio beyond its limit. */
public final class PerformanceRegressionError extends GateError {
  private static final long serialVersionUID = 1L;

  /** Creates an error with values and limits in its message. */
  public PerformanceRegressionError(String message) {
    super(message);
  }
}

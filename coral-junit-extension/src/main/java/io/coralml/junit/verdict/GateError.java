package io.coralml.junit.verdict;

/**
 * A benchmark was measured, and what it measured must not be. The kind of the error sorts it in a
 * report; the message holds values and limits.
 */
public abstract sealed class GateError extends AssertionError
    permits AllocationRegressionError,
        DataIntegrityError,
        InconclusiveError,
        PerformanceRegressionError {
  private static final long serialVersionUID = 1L;

  GateError(String message) {
    super(message);
  }
}

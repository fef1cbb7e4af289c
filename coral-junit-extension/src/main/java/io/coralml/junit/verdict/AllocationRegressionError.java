package io.coralml.junit.verdict;

/** More memory is taken than may be: bytes per operation, peak heap, a leak. */
public final class AllocationRegressionError extends GateError {
  private static final long serialVersionUID = 1L;

  /** Creates an error with values and limits in its message. */
  public AllocationRegressionError(String message) {
    super(message);
  }
}

package io.coralml.junit.verdict;

/** What came back is not what went in. */
public final class DataIntegrityError extends GateError {
  private static final long serialVersionUID = 1L;

  /** Creates an error with values and limits in its message. */
  public DataIntegrityError(String message) {
    super(message);
  }
}

package io.coralml.junit.verdict;

/** A comparison did not come to a decision, and it was asked to ({@code coral.gate.strict}). */
public final class InconclusiveError extends GateError {
  private static final long serialVersionUID = 1L;

  /** Creates an error with values and limits in its message. */
  public InconclusiveError(String message) {
    super(message);
  }
}

package io.coralml;

/**
 * The root of everything that goes wrong in coral-core. The message is one sentence or two: what
 * went wrong, where, and what to do about it.
 */
public class CoralException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, where, and what to do
   */
  public CoralException(String message) {
    super(message);
  }

  /**
   * @param message what went wrong, where, and what to do
   * @param cause the failure underneath
   */
  public CoralException(String message, Throwable cause) {
    super(message, cause);
  }
}

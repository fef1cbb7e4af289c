package io.coralml;

/**
 * Stored or imported bytes are not what their format or their identity promises. Nothing of them
 * was handed out.
 */
public class CorruptDataException extends CoralException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, where, and what to do
   */
  public CorruptDataException(String message) {
    super(message);
  }

  /**
   * @param message what went wrong, where, and what to do
   * @param cause the failure underneath
   */
  public CorruptDataException(String message, Throwable cause) {
    super(message, cause);
  }
}

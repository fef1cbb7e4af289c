package io.coralml;

/**
 * The caller asked for something that can never work: a wrong name, shape, option or kind of file.
 */
public class InvalidInputException extends CoralException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, where, and what to do
   */
  public InvalidInputException(String message) {
    super(message);
  }

  /**
   * @param message what went wrong, where, and what to do
   * @param cause the failure underneath
   */
  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.coralml;

/** A repository, reference, commit, tensor or file that was asked for does not exist. */
public class NotFoundException extends CoralException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, where, and what to do
   */
  public NotFoundException(String message) {
    super(message);
  }

  /**
   * @param message what went wrong, where, and what to do
   * @param cause the failure underneath
   */
  public NotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}

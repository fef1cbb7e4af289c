package io.coralml.allure;

/**
 * The report cannot be made. The message is one sentence that says what is wrong and what to do.
 */
public final class ReportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message that a reader can act on. */
  public ReportException(String message) {
    super(message);
  }

  /** Creates an exception with a message that a reader can act on, and its cause. */
  public ReportException(String message, Throwable cause) {
    super(message, cause);
  }
}

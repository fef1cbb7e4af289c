package io.coralml;

/** The file system refused or failed: disk full, permission denied, a read that ended early. */
public class StorageException extends CoralException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, where, and what to do
   */
  public StorageException(String message) {
    super(message);
  }

  /**
   * @param message what went wrong, where, and what to do
   * @param cause the failure underneath
   */
  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}

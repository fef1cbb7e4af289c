package io.coralml.junit;

import org.jspecify.annotations.Nullable;

/**
 * A benchmark, an option or a profile is not as it must be. The message names what is wrong, where,
 * and what to do.
 */
public class BenchmarkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message that a reader can act on. */
  public BenchmarkException(String message) {
    super(message);
  }

  /** Creates an exception with a message that a reader can act on, and its cause. */
  public BenchmarkException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.coralml;

import java.util.List;

/** Two changes touched the same names and neither may silently win. */
public class ConflictException extends CoralException {
  private static final long serialVersionUID = 1L;

  private final List<String> names;

  /**
   * @param message what went wrong, where, and what to do
   * @param names the tensors or references both sides changed, in natural order
   */
  public ConflictException(String message, List<String> names) {
    super(message);
    this.names = names.stream().sorted().toList();
  }

  /** Returns the names both sides changed, in natural order. */
  public List<String> names() {
    return names;
  }
}

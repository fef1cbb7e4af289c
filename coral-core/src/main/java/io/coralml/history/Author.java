package io.coralml.history;

import io.coralml.InvalidInputException;
import java.nio.charset.StandardCharsets;

/**
 * Who made a commit.
 *
 * @param name 1 to 200 bytes, without angle brackets and control characters
 * @param email may be empty; otherwise as the name
 */
public record Author(String name, String email) {
  private static final int MAX_BYTES = 200;

  /** Checks both parts. */
  public Author {
    name = name.strip();
    email = email.strip();
    if (name.isEmpty() || !isFit(name) || !isFit(email)) {
      throw new InvalidInputException(
          "The author "
              + Quoted.name(name)
              + " cannot be written into a commit; use 'Name <address>' of at most "
              + MAX_BYTES
              + " bytes each, without line breaks.");
    }
  }

  private static boolean isFit(String part) {
    return part.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
        && TensorNames.isPlainText(part)
        && part.indexOf('<') < 0
        && part.indexOf('>') < 0;
  }

  /**
   * Reads {@code Name <address>}, or a name alone.
   *
   * @throws InvalidInputException if the text is neither
   */
  public static Author parse(String text) {
    String trimmed = text.strip();
    int open = trimmed.indexOf('<');
    if (open < 0 || !trimmed.endsWith(">")) {
      return new Author(trimmed, "");
    }
    return new Author(
        trimmed.substring(0, open), trimmed.substring(open + 1, trimmed.length() - 1));
  }

  @Override
  public String toString() {
    return name + " <" + email + ">";
  }
}

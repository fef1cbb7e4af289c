package io.coralml.history;

import io.coralml.InvalidInputException;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The permanent name of a commit: git's SHA-1 of it, 40 lower-case hexadecimal digits.
 *
 * @param hex the digits
 */
public record CommitId(String hex) implements Comparable<CommitId> {
  private static final int DIGITS = 40;
  private static final int SHORT_DIGITS = 10;

  /** Checks the digits. */
  public CommitId {
    if (!isFull(hex)) {
      throw new InvalidInputException(
          "A commit id is 40 lower-case hexadecimal digits; this text is not.");
    }
  }

  /** Returns whether a text has the form of a whole commit id. */
  public static boolean isFull(String text) {
    return text.length() == DIGITS && isHex(text);
  }

  /** Returns whether a text could be the beginning of a commit id: 4 to 40 hexadecimal digits. */
  public static boolean isAbbreviated(String text) {
    return text.length() >= 4 && text.length() <= DIGITS && isHex(text);
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  static CommitId of(ObjectId id) {
    return new CommitId(id.name());
  }

  ObjectId toObjectId() {
    return ObjectId.fromString(hex);
  }

  /** Returns the first ten digits, for people to read. */
  public String abbreviated() {
    return hex.substring(0, SHORT_DIGITS);
  }

  @Override
  public int compareTo(CommitId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}

package io.coralml.history;

import io.coralml.InvalidInputException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The rules a branch or tag name must keep: git's own ({@code git check-ref-format}), and a length
 * limit. A name that passes is safe to append to {@code refs/heads/} as a path: it has no empty,
 * {@code .} or {@code ..} component, no backslash, no control character, and ends in neither {@code
 * .lock} nor a slash.
 */
public final class RefNames {
  /** Where branches live. */
  public static final String HEADS = "refs/heads/";

  /** Where tags live. */
  public static final String TAGS = "refs/tags/";

  /** The longest name, in UTF-8 bytes; each component may have as many. */
  public static final int MAX_BYTES = 200;

  private static final String FORBIDDEN = " ~^:?*[\\\"<>|";

  private RefNames() {}

  /**
   * Returns the full reference of a branch.
   *
   * @throws InvalidInputException if the name breaks the rules
   */
  public static String branch(String name) {
    return HEADS + requireValid("branch", name);
  }

  /**
   * Returns the full reference of a tag.
   *
   * @throws InvalidInputException if the name breaks the rules
   */
  public static String tag(String name) {
    return TAGS + requireValid("tag", name);
  }

  /** Returns whether a name keeps the rules. */
  public static boolean isValid(String name) {
    return violation(name) == null;
  }

  private static String requireValid(String kind, String name) {
    String violation = violation(name);
    if (violation != null) {
      throw new InvalidInputException(
          "The " + kind + " name " + Quoted.name(name) + " " + violation + "; choose another.");
    }
    return name;
  }

  private static @Nullable String violation(String name) {
    if (name.isEmpty()) {
      return "is empty";
    }
    if (name.length() > MAX_BYTES || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return "is longer than " + MAX_BYTES + " bytes";
    }
    if (!TensorNames.isPlainText(name) || name.chars().anyMatch(c -> FORBIDDEN.indexOf(c) >= 0)) {
      return "has a character that names may not have";
    }
    if (name.equals("@") || name.equals("HEAD") || name.startsWith("-") || name.contains("@{")) {
      return "means something else to git";
    }
    if (name.contains("..") || name.contains("//") || name.startsWith("/") || name.endsWith("/")) {
      return "has an empty component or two dots in a row";
    }
    if (name.endsWith(".")) {
      return "ends with a dot";
    }
    for (String component : name.split("/", -1)) {
      if (component.startsWith(".") || component.endsWith(".lock")) {
        return "has a component that begins with a dot or ends with .lock";
      }
    }
    return CommitId.isFull(name) ? "looks like a commit id" : null;
  }
}

package io.coralml.io;

import io.coralml.InvalidInputException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The names a {@link Storage} accepts, and nothing that could lead out of its root. */
public final class StorageNames {
  private static final int MAX_SEGMENT = 255;
  private static final int MAX_NAME = 3072;

  private StorageNames() {}

  /**
   * Checks a name and returns it: segments joined by single slashes, none of them empty, {@code .}
   * or {@code ..}, none with a backslash, a colon in second place or a control character, each at
   * most 255 bytes in UTF-8, all at most 3072. The empty name is the root.
   *
   * @throws InvalidInputException if the name is anything else
   */
  public static String check(String name) {
    if (name.isEmpty() || isPlain(name)) {
      return name;
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
      throw refused(name.substring(0, 64) + "...", "is too long");
    }
    for (String segment : name.split("/", -1)) {
      String reason = fault(segment);
      if (reason != null) {
        throw refused(name, reason);
      }
    }
    return name;
  }

  /** Returns whether a short name of nothing but the plainest characters is in order. */
  private static boolean isPlain(String name) {
    int start = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/') {
        if (i == start) {
          return false;
        }
        start = i + 1;
      } else if (!isPlain(c, i == start)) {
        return false;
      }
    }
    return start < name.length() && name.length() <= MAX_SEGMENT;
  }

  private static boolean isPlain(char c, boolean first) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || (c == '.' && !first);
  }

  private static @Nullable String fault(String segment) {
    if (segment.isEmpty()) {
      return "begins or ends with a slash or has two in a row";
    }
    if (segment.equals(".") || segment.equals("..")) {
      return "has a segment '" + segment + "'";
    }
    if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT) {
      return "has a segment longer than " + MAX_SEGMENT + " bytes";
    }
    if (segment.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
      return "has a backslash or a control character";
    }
    return segment.length() > 1 && segment.charAt(1) == ':' ? "looks like a drive" : null;
  }

  private static InvalidInputException refused(String name, String reason) {
    String printable = name.replaceAll("\\p{Cntrl}", "?");
    return new InvalidInputException(
        "The file name '" + printable + "' " + reason + "; it was not used.");
  }

  /** Returns the name of the directory that holds {@code name}; the root for a single segment. */
  public static String parent(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  /** Returns the name of something in a directory. */
  public static String child(String directory, String segment) {
    return directory.isEmpty() ? segment : directory + "/" + segment;
  }
}

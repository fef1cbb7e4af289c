package io.coralml.format;

/**
 * A name out of a file as it may stand in a message: quoted, cut short, and without characters that
 * a terminal would obey.
 */
final class Quoted {
  private static final int LONGEST = 80;

  private Quoted() {}

  static String of(String name) {
    StringBuilder text = new StringBuilder("\"");
    int shown = Math.min(name.length(), LONGEST);
    for (int i = 0; i < shown; i++) {
      char c = name.charAt(i);
      boolean plain = c >= ' ' && c < 0x7F && c != '"' && c != '\\';
      if (plain || Character.isLetterOrDigit(c)) {
        text.append(c);
      } else {
        text.append(String.format("\\u%04x", (int) c));
      }
    }
    return text.append(name.length() > shown ? "\"... (" + name.length() + " characters)" : "\"")
        .toString();
  }

  /** Returns whether the text can be written as UTF-8: every surrogate has its partner. */
  static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}

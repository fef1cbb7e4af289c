package io.coralml.history;

/** Foreign text made safe to print: no control characters, no line breaks, bounded length. */
public final class Quoted {
  private static final int MAX_CHARS = 80;

  private Quoted() {}

  /** Returns the text in quotation marks, escaped, and cut after 80 characters. */
  public static String name(String text) {
    String shown = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
    return '"' + escape(shown) + '"';
  }

  /** Returns the text with everything that a terminal might act upon written as an escape. */
  public static String escape(String text) {
    if (text.codePoints().noneMatch(Quoted::mustEscape)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (mustEscape(c)) {
                out.append(String.format("\\u{%x}", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static boolean mustEscape(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}

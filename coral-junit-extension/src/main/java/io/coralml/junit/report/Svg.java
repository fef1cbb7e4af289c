package io.coralml.junit.report;

import java.util.Locale;

/**
 * Writes an SVG picture, one element after another. Colours are classes, so that one picture is
 * readable on a light and on a dark page: {@code data}, {@code second}, {@code band}, {@code grid},
 * {@code median} for shapes; plain text, {@code title} and {@code faint} for words. Coordinates are
 * pixels from the upper left corner. Not thread-safe.
 */
final class Svg {
  private static final String STYLE =
      """
      text{font:12px system-ui,sans-serif;fill:#374151}
      .title{font-size:14px;font-weight:600}.faint{fill:#6b7280;font-size:11px}
      .data{fill:#2563eb;stroke:none;fill-opacity:.75}.second{fill:#d97706;stroke:none;fill-opacity:.75}
      .line{stroke:#2563eb;fill:none;stroke-width:1.5}.median{stroke:#dc2626;stroke-width:1.5;fill:none}
      .fit{stroke:#d97706;stroke-width:1.5;fill:none;stroke-dasharray:6 4}
      .band{fill:#dc2626;fill-opacity:.14;stroke:none}.grid{stroke:#9ca3af;stroke-opacity:.35;fill:none}
      .box{fill:#2563eb;fill-opacity:.15;stroke:#2563eb}.page{fill:#ffffff}
      @media (prefers-color-scheme:dark){text{fill:#e5e7eb}.faint{fill:#9ca3af}.page{fill:#111827}
      .data{fill:#60a5fa}.second{fill:#fbbf24}.line{stroke:#60a5fa}.median{stroke:#f87171}
      .fit{stroke:#fbbf24}.band{fill:#f87171}.box{fill:#60a5fa;stroke:#60a5fa}}
      """;

  private final StringBuilder text = new StringBuilder();

  /** Starts a picture with a title for those who cannot see it. */
  Svg(int width, int height, String title) {
    text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(width);
    text.append("\" height=\"").append(height).append("\" viewBox=\"0 0 ").append(width);
    text.append(' ')
        .append(height)
        .append("\" role=\"img\" style=\"max-width:100%;height:auto\">\n<title>")
        .append(escape(title));
    text.append("</title>\n<style>\n").append(STYLE).append("</style>\n");
    text.append("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    text.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            style,
            x1,
            y1,
            x2,
            y2));
    return this;
  }

  /** Draws a rectangle between two opposite corners, whichever they are. */
  Svg box(String style, double x1, double y1, double x2, double y2) {
    text.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
            style,
            Math.min(x1, x2),
            Math.min(y1, y2),
            Math.abs(x2 - x1),
            Math.abs(y2 - y1)));
    return this;
  }

  /** Draws a dot; the words appear when the pointer rests on it. */
  Svg dot(String style, double x, double y, double radius, String words) {
    text.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s</title></circle>%n",
            style,
            x,
            y,
            radius,
            escape(words)));
    return this;
  }

  /** Writes text; {@code anchor} is {@code start}, {@code middle} or {@code end}. */
  Svg text(String style, double x, double y, String anchor, String words) {
    text.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            style,
            x,
            y,
            anchor,
            escape(words)));
    return this;
  }

  /** Ends the picture and returns it. */
  String end() {
    return text + "</svg>\n";
  }

  static String escape(String words) {
    StringBuilder safe = new StringBuilder(words.length());
    words
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                default -> {
                  boolean allowed =
                      c == '\t'
                          || c == '\n'
                          || (c >= 0x20 && c < 0xD800)
                          || (c >= 0xE000 && c < 0xFFFE)
                          || c >= 0x10000;
                  safe.appendCodePoint(allowed ? c : 0xFFFD);
                }
              }
            });
    return safe.toString();
  }
}

package io.coralml.junit.engine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws where the time went (Gregg, "The Flame Graph", 2016): each frame is a box as wide as the
 * share of the samples it was in, standing on the frame that called it. Boxes are sorted by name;
 * from left to right is no order in time. Boxes too narrow to see are left out, their samples are
 * not: they stay in the box below.
 */
final class FlameGraph {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 18;
  private static final int HEAD = 40;
  private static final double NARROWEST = 0.5;
  private static final double CHARACTER = 6.6;

  private final TreeMap<String, FlameGraph> children = new TreeMap<>();
  private long samples;

  private FlameGraph() {}

  /**
   * Returns the graph as a file on its own.
   *
   * @param stacks how often each stack was seen, outermost frame first
   */
  static String svg(String title, Map<List<String>, Long> stacks) {
    FlameGraph root = new FlameGraph();
    stacks.forEach(root::add);
    int height = HEAD + HEIGHT * (root.depth() + 1);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\""
                + " font-size=\"11\">%n<text x=\"4\" y=\"20\" font-size=\"14\">%s, %d samples</text>%n",
            WIDTH,
            height,
            escaped(title),
            root.samples));
    root.draw("all", 0, WIDTH, height - HEIGHT, root.samples, svg);
    return svg.append("</svg>\n").toString();
  }

  private void add(List<String> stack, long count) {
    samples += count;
    FlameGraph node = this;
    for (String frame : stack) {
      node = node.children.computeIfAbsent(frame, name -> new FlameGraph());
      node.samples += count;
    }
  }

  private int depth() {
    return children.values().stream().mapToInt(child -> 1 + child.depth()).max().orElse(0);
  }

  private void draw(String name, double x, double width, int y, long all, StringBuilder svg) {
    double percent = 100.0 * samples / Math.max(1, all);
    // A colour of its own for each name, warm as the custom is.
    int shade = Math.floorMod(name.hashCode(), 100);
    svg.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s, %d samples, %.1f %%</title><rect x=\"%.2f\" y=\"%d\" width=\"%.2f\""
                + " height=\"%d\" fill=\"rgb(%d,%d,%d)\" stroke=\"white\" stroke-width=\"0.5\"/>",
            escaped(name),
            samples,
            percent,
            x,
            y,
            width,
            HEIGHT,
            225 + shade / 4,
            110 + shade,
            60 + shade / 3));
    int room = (int) (width / CHARACTER);
    if (room >= 3) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.2f\" y=\"%d\">%s</text>",
              x + 3,
              y + 13,
              escaped(shortened(name, room))));
    }
    svg.append("</g>\n");
    double at = x;
    for (Map.Entry<String, FlameGraph> child : children.entrySet()) {
      double share = width * child.getValue().samples / Math.max(1, samples);
      if (share >= NARROWEST) {
        child.getValue().draw(child.getKey(), at, share, y - HEIGHT, all, svg);
      }
      at += share;
    }
  }

  private static String shortened(String name, int room) {
    if (name.length() <= room) {
      return name;
    }
    String simple = name.replaceAll("^(?:[a-z_0-9]+\\.)+", "");
    return simple.length() <= room ? simple : simple.substring(0, room - 1) + "…";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A result as the HTML that stands in a test's description. */
final class ResultHtml {
  private static final String CELL =
      "style=\"padding:3px 12px 3px 0;border-bottom:1px solid rgba(128,128,128,.3);text-align:";

  private ResultHtml() {}

  /**
   * Returns the description.
   *
   * @param plots what stands in it as pictures
   * @param again the command that measures it once more; empty: none is shown
   */
  static String of(BenchmarkResult result, List<Plots.Plot> plots, String again) {
    StringBuilder html = new StringBuilder();
    html.append("<p><b>").append(escape(result.name())).append("</b>, ");
    html.append(result.mode().name().toLowerCase(java.util.Locale.ROOT));
    html.append(", blocks ").append(result.label().key()).append("</p>\n");
    String verdict = result.settings().get("verdict");
    if (verdict != null) {
      html.append("<p><b>").append(escape(verdict)).append("</b></p>\n");
    }
    if (!result.metrics().isEmpty()) {
      metrics(html, result);
    }
    if (!result.warnings().isEmpty()) {
      html.append("<p><b>Before you believe the numbers</b></p>\n<ul>\n");
      result.warnings().forEach(w -> html.append("<li>").append(escape(w)).append("</li>\n"));
      html.append("</ul>\n");
    }
    plots.forEach(plot -> html.append(image(plot.name(), plot.svg())));
    if (!result.settings().isEmpty()) {
      List<String> settings = new ArrayList<>();
      result.settings().forEach((k, v) -> settings.add(k.replace('_', ' ') + " " + v));
      settings.removeIf(setting -> setting.startsWith("verdict "));
      html.append("<p>Measured with ").append(escape(String.join(", ", settings))).append("</p>\n");
    }
    if (!again.isEmpty()) {
      html.append("<p>Again: <code>").append(escape(again)).append("</code></p>\n");
    }
    return html.toString();
  }

  /** As an image a plot keeps its styles to itself. */
  private static String image(String what, String svg) {
    String data = Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
    return "<p><img alt=\"" + what + "\" src=\"data:image/svg+xml;base64," + data + "\"/></p>\n";
  }

  private static void metrics(StringBuilder html, BenchmarkResult result) {
    html.append("<table style=\"border-collapse:collapse\">\n<tr>");
    for (String head : List.of("metric", "low", "median", "high", "unit", "better", "meaning")) {
      String align =
          head.equals("low") || head.equals("median") || head.equals("high") ? "right" : "left";
      html.append("<th ").append(CELL).append(align).append("\">").append(head).append("</th>");
    }
    html.append("</tr>\n");
    for (Metric metric : MetricOrder.of(result)) {
      Scale scale = Scale.of(metric.value(), metric.unit());
      html.append("<tr>");
      cell(html, "left", "<code>" + escape(metric.key()) + "</code>");
      cell(html, "right", metric.hasInterval() ? scale.number(metric.low()) : "");
      cell(html, "right", "<b>" + scale.number(metric.value()) + "</b>");
      cell(html, "right", metric.hasInterval() ? scale.number(metric.high()) : "");
      cell(html, "left", escape(scale.unit()));
      cell(html, "left", metric.better().key());
      cell(html, "left", escape(MetricText.interpretation(metric)));
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private static void cell(StringBuilder html, String align, String content) {
    html.append("<td ").append(CELL).append(align).append("\">").append(content).append("</td>");
  }

  private static String escape(String text) {
    return Svg.escape(text);
  }
}

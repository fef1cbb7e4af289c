package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.RunReport;
import io.coralml.junit.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run as one HTML page that needs nothing else: what stands out, every benchmark with its table
 * and plots, and what the run stood on. Light or dark as the reader's system is. Stateless.
 */
public final class RunPage {
  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1f2937}
      section{border-top:1px solid #d1d5db;padding-top:1rem;margin-top:1.5rem}
      h1,h2,h3{line-height:1.2}code{font-size:.9em;overflow-wrap:anywhere}.failed{color:#b91c1c}
      table{display:block;overflow-x:auto}pre{overflow-x:auto}
      @media (prefers-color-scheme:dark){body{color:#e5e7eb;background:#111827}
      section{border-color:#374151}.failed{color:#f87171}}
      """;

  private RunPage() {}

  /**
   * Returns the page.
   *
   * @param sentences what stands out, and what to do about it
   * @param plots draws the plots
   */
  public static String html(RunReport report, List<String> sentences, Plots plots) {
    StringBuilder page = new StringBuilder();
    String title = "Benchmarks, profile " + Svg.escape(report.profile());
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>").append(title);
    page.append("</title>\n<style>\n").append(STYLE).append("</style>\n<h1>").append(title);
    page.append("</h1>\n<p>").append(report.count(Status.PASSED)).append(" passed, ");
    page.append(report.count(Status.FAILED)).append(" failed, ");
    page.append(report.count(Status.ABORTED)).append(" aborted; ").append(report.stop());
    page.append("; seed <code>").append(report.seed()).append("</code></p>\n");
    list(page, sentences);
    list(page, report.problems());
    Map<String, StringBuilder> suites = new LinkedHashMap<>();
    for (BenchmarkResult result : report.results()) {
      suites
          .computeIfAbsent(result.suite(), key -> new StringBuilder())
          .append(section(result, plots));
    }
    suites.forEach(
        (suite, sections) ->
            page.append("<h2>").append(Svg.escape(suite)).append("</h2>\n").append(sections));
    page.append("<section>\n<h2>Environment</h2>\n<table>\n");
    report
        .environment()
        .forEach(
            (key, value) ->
                page.append("<tr><td>")
                    .append(Svg.escape(key))
                    .append("</td><td><code>")
                    .append(Svg.escape(value))
                    .append("</code></td></tr>\n"));
    return page.append("</table>\n</section>\n</html>\n").toString();
  }

  private static String section(BenchmarkResult result, Plots plots) {
    StringBuilder section = new StringBuilder("<section>\n<h3>");
    section.append(Svg.escape(result.displayName())).append("</h3>\n");
    Throwable failure = result.failure();
    if (failure != null) {
      section.append("<p class=\"failed\"><b>").append(result.status().key());
      section.append("</b></p>\n<pre>").append(Svg.escape(failure.toString())).append("</pre>\n");
    }
    return section
        .append(
            ResultHtml.of(result, plots.of(result), new Again(Again.PATTERN, "").command(result)))
        .append("</section>\n")
        .toString();
  }

  private static void list(StringBuilder page, List<String> sentences) {
    if (!sentences.isEmpty()) {
      page.append("<ul>\n");
      sentences.forEach(
          sentence -> page.append("<li>").append(Svg.escape(sentence)).append("</li>\n"));
      page.append("</ul>\n");
    }
  }
}

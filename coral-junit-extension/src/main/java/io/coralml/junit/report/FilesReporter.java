package io.coralml.junit.report;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.RunReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Leaves a measured run in the forms other tools read, beside {@code results.json}:
 *
 * <ul>
 *   <li>{@code jmh-result.json}: as JMH writes it, for its viewers
 *   <li>{@code results.csv}: one line per benchmark and metric, for a spreadsheet
 *   <li>{@code summary.md}: for people; also appended to the page of a CI job, where {@code
 *       GITHUB_STEP_SUMMARY} names its file
 *   <li>{@code metrics.txt}: OpenMetrics, for Prometheus and whatever scrapes or is pushed to
 *   <li>{@code performance.json}: as Allure 3.18 reads it
 * </ul>
 */
public final class FilesReporter implements Reporter {
  private static final String JOB_PAGE = "GITHUB_STEP_SUMMARY";

  private final Map<String, String> variables;

  /** Creates a reporter that looks for the CI job's page in this process's environment. */
  public FilesReporter() {
    this(System.getenv());
  }

  FilesReporter(Map<String, String> variables) {
    this.variables = variables;
  }

  @Override
  public void runFinished(RunReport report) {
    if (!report.measured()) {
      return;
    }
    Path folder = report.outputFolder();
    String summary = MarkdownText.text(report);
    AtomicFile.write(folder.resolve("jmh-result.json"), JmhJson.text(report));
    AtomicFile.write(folder.resolve("results.csv"), CsvText.text(report));
    AtomicFile.write(folder.resolve("summary.md"), summary);
    AtomicFile.write(folder.resolve("metrics.txt"), OpenMetricsText.text(report));
    AtomicFile.write(folder.resolve("performance.json"), PerformanceJson.text(report));
    String page = variables.getOrDefault(JOB_PAGE, "");
    if (!page.isBlank()) {
      append(Path.of(page), summary);
    }
  }

  private static void append(Path page, String summary) {
    try {
      Files.write(
          page,
          summary.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new BenchmarkException(
          "The summary cannot be appended to " + page + ", which " + JOB_PAGE + " names: " + e, e);
    }
  }
}

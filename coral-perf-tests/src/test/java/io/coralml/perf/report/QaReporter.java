package io.coralml.perf.report;

import io.coralml.junit.RunReport;
import io.coralml.junit.report.Reporter;
import io.coralml.junit.report.ResultJson;
import io.qameta.allure.Allure;
import io.qameta.allure.AllureLifecycle;
import io.qameta.allure.model.Label;
import io.qameta.allure.model.Status;
import io.qameta.allure.model.TestResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Writes the QA report and the page of benchmarks when a measured run is over: as files beside
 * {@code results.json}, the report also in Allure, as an attachment of an entry of its own, which
 * belongs to no test.
 */
public final class QaReporter implements Reporter {
  private static final String NAME = "Performance QA report";

  /** Creates one; the service loader does. */
  public QaReporter() {}

  @Override
  public void runFinished(RunReport report) {
    if (!report.measured()) {
      return;
    }
    byte[] results = ResultJson.bytes(report);
    String text = QaReport.of(results, PropertyRun.readAll(PropertyRun.folder()));
    try {
      Path folder = Files.createDirectories(report.outputFolder());
      Files.writeString(folder.resolve(QaReport.FILE), text);
      Files.writeString(folder.resolve(BenchmarksPage.FILE), BenchmarksPage.of(results));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    attach(text, QaReport.assessment(results));
  }

  private static void attach(String text, String assessment) {
    AllureLifecycle lifecycle = Allure.getLifecycle();
    String uuid = UUID.randomUUID().toString();
    TestResult entry =
        new TestResult()
            .setUuid(uuid)
            .setName(NAME)
            .setFullName(QaReport.class.getName())
            .setHistoryId(QaReport.class.getName())
            .setDescription("Overall assessment: " + assessment)
            .setLabels(
                List.of(
                    new Label().setName("epic").setValue("Coral"),
                    new Label().setName("feature").setValue("qa"),
                    new Label().setName("suite").setValue("qa")))
            // What failed has failed on its own; this entry only carries the report.
            .setStatus(Status.PASSED);
    lifecycle.scheduleTestCase(entry);
    lifecycle.startTestCase(uuid);
    lifecycle.addAttachment(
        QaReport.FILE, "text/markdown", ".md", text.getBytes(StandardCharsets.UTF_8));
    lifecycle.stopTestCase(uuid);
    lifecycle.writeTestCase(uuid);
  }
}

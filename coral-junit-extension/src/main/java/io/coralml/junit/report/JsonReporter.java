package io.coralml.junit.report;

import io.coralml.junit.RunReport;

/**
 * Leaves {@code results.json} in the output folder, in the form that {@link ResultJson} specifies.
 * A functional run measures nothing, so it leaves the results of the last measured run alone.
 */
public final class JsonReporter implements Reporter {
  /** The name of the file. */
  public static final String FILE = "results.json";

  /** Creates the reporter. */
  public JsonReporter() {}

  @Override
  public void runFinished(RunReport report) {
    if (report.measured()) {
      AtomicFile.write(report.outputFolder().resolve(FILE), ResultJson.bytes(report));
    }
  }
}

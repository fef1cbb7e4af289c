package io.coralml.junit.report;

import io.coralml.junit.RunReport;
import java.io.PrintStream;

/**
 * Prints the table of a measured run to standard output. A functional run prints nothing: its
 * benchmarks are tests, and JUnit speaks for those.
 */
public final class ConsoleReporter implements Reporter {
  private final PrintStream out;

  /** Prints to standard output. */
  public ConsoleReporter() {
    this(System.out);
  }

  ConsoleReporter(PrintStream out) {
    this.out = out;
  }

  @Override
  public void runFinished(RunReport report) {
    if (report.measured()) {
      ConsoleTable.lines(report).forEach(out::println);
      out.flush();
    }
  }
}

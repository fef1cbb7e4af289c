package io.coralml.junit.report;

import io.coralml.junit.RunReport;
import java.io.PrintStream;

/**
 * Prints the table of a measured run to standard output. A functional run prints nothing: its
 * benchmarks are tests, and JUnit speaks for those. {@code coral.console=false} keeps a measured
 * run quiet too.
 */
public final class ConsoleReporter implements Reporter {
  private final PrintStream out;
  private final boolean quiet;

  /** Prints to standard output. */
  public ConsoleReporter() {
    this(System.out, "false".equalsIgnoreCase(System.getProperty("coral.console")));
  }

  ConsoleReporter(PrintStream out, boolean quiet) {
    this.out = out;
    this.quiet = quiet;
  }

  @Override
  public void runFinished(RunReport report) {
    if (report.measured() && !quiet) {
      ConsoleTable.lines(report).forEach(out::println);
      out.flush();
    }
  }
}

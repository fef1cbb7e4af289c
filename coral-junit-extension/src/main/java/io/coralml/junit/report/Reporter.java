package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.RunReport;

/**
 * Receives what was measured. Found by {@link java.util.ServiceLoader}; each is created once per
 * run and called by one thread at a time.
 *
 * <p>A reporter that throws never costs another one its call: the engine writes the message to the
 * log and into the problems of the run, and goes on.
 */
public interface Reporter {
  /**
   * A benchmark with one set of arguments has ended; called on the thread that ran it, inside its
   * JUnit invocation, so what is attached to the running test belongs to it.
   */
  default void benchmarkFinished(BenchmarkResult result) {}

  /** The run is over; called once, also when nothing was measured but at least one body ran. */
  void runFinished(RunReport report);
}

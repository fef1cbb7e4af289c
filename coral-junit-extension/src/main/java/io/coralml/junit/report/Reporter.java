package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.RunReport;
import java.util.Map;

/**
 * Receives what was measured. Found by {@link java.util.ServiceLoader}; each is created once per
 * run and called by one thread at a time.
 *
 * <p>A reporter that throws never costs another one its call: the engine writes the message to the
 * log and into the problems of the run, and goes on.
 */
public interface Reporter {
  /**
   * The run begins; called once, before any benchmark of it has ended.
   *
   * @param profile the active profile's name
   * @param environment what the run stands on; keys in lower snake case
   */
  default void runStarted(String profile, Map<String, String> environment) {}

  /**
   * A benchmark with one set of arguments has ended; called on the thread that ran it, inside its
   * JUnit invocation, so what is attached to the running test belongs to it.
   */
  default void benchmarkFinished(BenchmarkResult result) {}

  /** The run is over; called once, also when nothing was measured but at least one body ran. */
  void runFinished(RunReport report);
}

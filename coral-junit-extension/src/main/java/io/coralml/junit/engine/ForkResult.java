package io.coralml.junit.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stability;
import io.coralml.junit.Status;
import io.coralml.junit.report.Reporter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a fork found, as it comes back in a JSON file.
 *
 * @param status how the benchmark ended in the fork
 * @param failure the stack trace of what it threw; null when it passed
 * @param label how far its blocks agree
 * @param metrics the values by key
 * @param samples ns per operation of each block
 * @param histogram the latencies, if it measured them
 * @param warnings what a reader must know
 * @param settings how it measured
 */
record ForkResult(
    Status status,
    @Nullable String failure,
    Stability label,
    Map<String, Metric> metrics,
    List<Double> samples,
    List<HistogramBucket> histogram,
    List<String> warnings,
    Map<String, String> settings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ForkResult of(BenchmarkResult result) {
    return new ForkResult(
        result.status(),
        result.failure() == null ? null : trace(result.failure()),
        result.label(),
        result.metrics(),
        result.samples(),
        result.histogram(),
        result.warnings(),
        result.settings());
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  static ForkResult read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), ForkResult.class);
  }

  /** Writes the result of the one benchmark that runs in a fork. */
  record Writer(Path file) implements Reporter {
    @Override
    public void benchmarkFinished(BenchmarkResult result) {
      try {
        Files.write(file, JSON.writeValueAsBytes(of(result)));
      } catch (IOException e) {
        throw new UncheckedIOException("The result of the fork cannot be written to " + file, e);
      }
    }

    @Override
    public void runFinished(RunReport report) {}
  }
}

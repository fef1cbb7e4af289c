package io.coralml.junit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.coralml.junit.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Adds a line to {@code history.jsonl} for every measured run, in the folder that {@code
 * coral.history.dir} (or {@code CORAL_HISTORY_DIR}) names; nothing is kept where neither does.
 *
 * <p>A line is one JSON object: {@code schema} (1), {@code time} (ISO 8601), {@code machine} (a
 * fingerprint of processor, cores, memory and operating system), {@code jdk}, {@code profile},
 * {@code commit}, {@code seed}, and {@code benchmarks}: by id, the passed ones, and in each by
 * metric key {@code value}, {@code low}, {@code high} (absent where there is no interval), {@code
 * unit} and {@code better}. Only lines with the same machine, JDK and profile can be compared.
 *
 * <p>Lines are written whole under a file lock, so several processes may share a history.
 */
public final class HistoryReporter implements Reporter {
  /** The name of the file. */
  public static final String FILE = "history.jsonl";

  private final String folder;

  /** Takes the folder from the system property or the environment variable. */
  public HistoryReporter() {
    this(folder());
  }

  /** Returns the folder that the option names; blank where none does. */
  static String folder() {
    return System.getProperty(
        "coral.history.dir", System.getenv().getOrDefault("CORAL_HISTORY_DIR", ""));
  }

  HistoryReporter(String folder) {
    this.folder = folder;
  }

  @Override
  public void runFinished(RunReport report) {
    if (!folder.isBlank() && report.measured() && report.count(Status.PASSED) > 0) {
      append(Path.of(folder).resolve(FILE), line(report));
    }
  }

  /** Returns the fingerprint of the machine a run stood on. */
  static String machine(java.util.Map<String, String> environment) {
    StringBuilder text = new StringBuilder();
    for (String key : List.of("cpu_model", "cpu_cores", "memory_bytes", "os")) {
      text.append(environment.getOrDefault(key, "")).append('\n');
    }
    return AllureReporter.digest(text.toString()).substring(0, 12);
  }

  private static String line(RunReport report) {
    // Made here: a plain build, which writes no history, shall not pay for loading it.
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("schema", 1);
    root.put("time", report.stop().toString());
    root.put("machine", machine(report.environment()));
    root.put("jdk", report.environment().getOrDefault("java_version", ""));
    root.put("profile", report.profile());
    root.put("commit", report.environment().getOrDefault("git_commit", ""));
    root.put("seed", report.seed());
    ObjectNode benchmarks = root.putObject("benchmarks");
    for (BenchmarkResult result : report.results()) {
      if (result.status() == Status.PASSED) {
        ObjectNode metrics = benchmarks.putObject(result.id());
        result.metrics().values().stream()
            .filter(metric -> Double.isFinite(metric.value()))
            .forEach(metric -> metric(metrics.putObject(metric.key()), metric));
      }
    }
    try {
      return json.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void metric(ObjectNode node, Metric metric) {
    node.put("value", metric.value());
    if (metric.hasInterval() && Double.isFinite(metric.high() - metric.low())) {
      node.put("low", metric.low());
      node.put("high", metric.high());
    }
    node.put("unit", metric.unit());
    node.put("better", metric.better().key());
  }

  private static void append(Path file, String line) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
          FileLock lock = channel.lock()) {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (lock.isValid() && bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
    } catch (IOException e) {
      throw new BenchmarkException(
          "The history "
              + file
              + " cannot be written ("
              + e
              + "). Name another folder with"
              + " -Dcoral.history.dir=FOLDER.",
          e);
    }
  }
}

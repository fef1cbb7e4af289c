package io.coralml.perf.qa;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * A profile of what ran, by the JVM's flight recorder: the stack of each running thread, every 10
 * ms. Not thread-safe.
 */
final class SampledProfile {
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final int LINES = 20;

  private final Path file;
  private final Map<String, Integer> samplesOf = new HashMap<>();
  private int samples;

  /**
   * One method.
   *
   * @param method class and name
   * @param percent the share of the samples in which it was on top of the stack
   */
  record Line(String method, double percent) {}

  SampledProfile(Path file) {
    this.file = file;
  }

  /** Calls something while recording. */
  <T> T record(Callable<T> call) throws Exception {
    T result;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      recording.start();
      result = call.call();
      recording.stop();
      recording.dump(file);
    }
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        count(events.readEvent());
      }
    }
    return result;
  }

  private void count(RecordedEvent event) {
    if (event.getEventType().getName().equals("jdk.ExecutionSample")
        && event.getStackTrace() != null
        && !event.getStackTrace().getFrames().isEmpty()) {
      RecordedFrame top = event.getStackTrace().getFrames().get(0);
      String type = top.getMethod().getType().getName();
      samplesOf.merge(type + "." + top.getMethod().getName(), 1, Integer::sum);
      samples++;
    }
  }

  int samples() {
    return samples;
  }

  long bytes() throws IOException {
    return Files.size(file);
  }

  /** Returns the methods that were on top of the stack most often, that one first. */
  List<Line> hottest() {
    return samplesOf.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(LINES)
        .map(entry -> new Line(entry.getKey(), 100.0 * entry.getValue() / samples))
        .toList();
  }

  /** Returns the hottest methods as a table for a person. */
  String text() {
    StringBuilder text = new StringBuilder(samples + " samples, one every 10 ms\n");
    for (Line line : hottest()) {
      text.append(String.format(Locale.ROOT, "%5.1f %%  %s%n", line.percent, line.method));
    }
    return text.toString();
  }

  /** Keeps the recording beside the results of the run, for the tools that read one. */
  void keep(String name) throws IOException {
    Path output = Path.of(System.getProperty("coral.output", "target/coral"));
    Path kept = output.resolve("profiles").resolve(name + ".jfr");
    Files.createDirectories(kept.getParent());
    Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.Attachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** The JVM's own flight recorder: the recording, and a flame graph of where the time went. */
record FlightProfiler(Path folder, Duration time) implements Profiler {
  private static final Set<String> SAMPLES =
      Set.of("jdk.ExecutionSample", "jdk.NativeMethodSample");
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final String ENGINE = "io.coralml.junit.engine.";

  @Override
  public void record(Body body, Benchmark benchmark, Findings findings) throws Throwable {
    Instant start = Instant.now();
    Files.createDirectories(folder);
    Path file = folder.resolve(benchmark.fileName() + ".jfr");
    try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
      recording.setName(benchmark.displayName());
      SAMPLES.forEach(event -> recording.enable(event).withPeriod(PERIOD));
      recording.start();
      SecondPass.run(body, time);
      recording.stop();
      recording.dump(file);
    }
    findings.attach(new Attachment("flight recording", "application/octet-stream", file));
    Map<List<String>, Long> stacks = stacks(file);
    if (!stacks.isEmpty()) {
      Path graph = folder.resolve(benchmark.fileName() + ".svg");
      Files.writeString(graph, FlameGraph.svg(benchmark.displayName(), stacks));
      findings.attach(new Attachment("flame graph", "image/svg+xml", graph));
    }
    findings.stage(
        "profile", start, "flight recording of a second pass of " + time.toMillis() + " ms");
  }

  /** Returns how often each stack was seen in the body, the body's own frame first. */
  static Map<List<String>, Long> stacks(Path recording) throws IOException {
    Map<List<String>, Long> stacks = new HashMap<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
      if (SAMPLES.contains(event.getEventType().getName())) {
        List<String> stack = frames(event.getStackTrace());
        if (!stack.isEmpty()) {
          stacks.merge(stack, 1L, Long::sum);
        }
      }
    }
    return stacks;
  }

  /** Returns the frames above the engine's, outermost first; none when it was not the body. */
  private static List<String> frames(RecordedStackTrace trace) {
    List<String> frames = new ArrayList<>();
    if (trace == null) {
      return frames;
    }
    for (RecordedFrame frame : trace.getFrames()) {
      if (frame.getMethod().getType().getName().startsWith(ENGINE + "Loop")) {
        Collections.reverse(frames);
        return frames;
      }
      if (!frame.getMethod().isHidden()) {
        frames.add(frame.getMethod().getType().getName() + "." + frame.getMethod().getName());
      }
    }
    return List.of();
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * Records a second pass of a body with the JVM's own flight recorder. Never the timed pass: what is
 * recorded runs slower.
 */
final class Profiler {
  static final String KEY = "coral.profiler";
  private static final Duration PASS = Duration.ofSeconds(2);

  private final Path folder;

  /**
   * Creates a profiler.
   *
   * @param name what {@value #KEY} says
   * @param folder where recordings go
   * @throws BenchmarkException if there is no such profiler
   */
  Profiler(String name, Path folder) {
    if (!name.equals("jfr")) {
      throw new BenchmarkException(
          "The option " + KEY + " is \"" + name + "\"; it must be jfr, the JVM's flight recorder.");
    }
    this.folder = folder;
  }

  /** Runs the body for two seconds under the recorder and attaches the recording. */
  void record(Body body, Benchmark benchmark, Findings findings) throws Throwable {
    Instant start = Instant.now();
    Files.createDirectories(folder);
    Path file = folder.resolve(fileName(benchmark));
    try (Recording recording = new Recording(settings())) {
      recording.setName(benchmark.displayName());
      recording.start();
      long end = System.nanoTime() + PASS.toNanos();
      while (System.nanoTime() < end && !body.control().isCancelled()) {
        body.run(1);
      }
      recording.stop();
      recording.dump(file);
    }
    findings.attach(new Attachment("flight recording", "application/octet-stream", file));
    findings.stage("profile", start, "flight recording of a second pass");
  }

  private static Configuration settings() throws IOException, ParseException {
    return Configuration.getConfiguration("profile");
  }

  private static String fileName(Benchmark benchmark) {
    return benchmark.displayName().replaceAll("[^A-Za-z0-9._=-]", "_") + ".jfr";
  }
}

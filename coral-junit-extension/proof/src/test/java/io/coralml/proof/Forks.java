package io.coralml.proof;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.Blackhole;
import io.coralml.junit.engine.ForkedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts fresh JVMs that measure with this framework; the flags are those that JMH's forks get. */
final class Forks {
  static final List<String> FLAGS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Forks() {}

  /** Measures one method without parameters or with a black hole, and returns its result. */
  static JsonNode one(Class<?> type, String method, boolean hole, List<String> options, Path folder)
      throws IOException, InterruptedException {
    Path file = folder.resolve("result.json");
    Files.deleteIfExists(file);
    List<String> own = new ArrayList<>(options);
    own.add("-Dcoral.fork.result=" + file);
    run(
        own,
        "[engine:junit-jupiter]/[class:"
            + type.getName()
            + "]/[test-template:"
            + method
            + "("
            + (hole ? Blackhole.class.getName() : "")
            + ")]/[test-template-invocation:#1]",
        folder);
    return read(file, folder);
  }

  /** Measures one of the bodies in a JVM of its own, and returns ns per operation. */
  static double nanos(String body, Path folder) throws IOException, InterruptedException {
    JsonNode result =
        one(
            CoralBodies.class,
            body,
            !body.equals("empty"),
            List.of("-Dcoral.profile=quick", "-Dcoral.benchmark-time=1700ms"),
            folder);
    return result.get("metrics").get("ns_per_op").get("value").asDouble();
  }

  /** Runs all benchmarks of a class in one JVM and returns the report, {@code results.json}. */
  static JsonNode all(Class<?> type, List<String> options, Path folder)
      throws IOException, InterruptedException {
    return report("[engine:junit-jupiter]/[class:" + type.getName() + "]", options, folder);
  }

  /** Runs one benchmark with all its arguments in one JVM and returns the report. */
  static JsonNode template(Class<?> type, String method, List<String> options, Path folder)
      throws IOException, InterruptedException {
    return report(
        "[engine:junit-jupiter]/[class:" + type.getName() + "]/[test-template:" + method + "]",
        options,
        folder);
  }

  private static JsonNode report(String uniqueId, List<String> options, Path folder)
      throws IOException, InterruptedException {
    Path output = Files.createDirectories(folder.resolve("coral"));
    List<String> own = new ArrayList<>(options);
    own.add("-Dcoral.output=" + output);
    own.add("-Dcoral.history.dir=" + folder.resolve("history"));
    own.add("-Dallure.results.directory=" + folder.resolve("allure-results"));
    run(own, uniqueId, folder);
    return read(output.resolve("results.json"), folder);
  }

  private static JsonNode read(Path file, Path folder) throws IOException {
    if (!Files.exists(file)) {
      fail("The fork gave no result: " + Files.readString(folder.resolve("output.txt")));
    }
    return JSON.readTree(file.toFile());
  }

  private static void run(List<String> options, String uniqueId, Path folder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of(Blackhole.FLAGS.split(" ", -1)));
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(ForkedRun.class.getName());
    command.add(uniqueId);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail("A fork did not end within ten minutes.");
    }
  }
}

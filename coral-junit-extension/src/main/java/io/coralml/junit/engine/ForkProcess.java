package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Blackhole;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One fresh JVM that runs one benchmark: same class path, same flags but for agents, the compiler's
 * black hole, and the options of the parent. Its output is read to the end and kept up to 64 KiB;
 * it is killed, with its children, when it takes too long or this thread is interrupted.
 */
final class ForkProcess {
  private static final Pattern COLLECTOR = Pattern.compile("-XX:[+-]Use\\w+GC");
  private static final int KEPT_OUTPUT = 64 * 1024;
  private static final Duration START_UP = Duration.ofSeconds(30);

  private final String name;
  private final String uniqueId;
  private final List<String> jvmArguments;
  private final Map<String, String> options;

  /**
   * Describes a fork.
   *
   * @param name of the benchmark, for messages
   * @param uniqueId of the invocation it runs
   * @param jvmArguments added to those of this JVM
   * @param options set as system properties
   */
  ForkProcess(
      String name, String uniqueId, List<String> jvmArguments, Map<String, String> options) {
    this.name = name;
    this.uniqueId = uniqueId;
    this.jvmArguments = jvmArguments;
    this.options = options;
  }

  /**
   * Runs the fork.
   *
   * @param limit how long the benchmark may take; starting the JVM comes on top
   * @throws BenchmarkException if it dies, takes too long or does not find the benchmark
   */
  ForkResult run(Duration limit) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("coral-fork");
    Process process = null;
    try {
      Path result = folder.resolve("result.json");
      Path arguments = folder.resolve("arguments");
      Files.write(arguments, quoted(commandLine(result, folder)));
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      ProcessBuilder builder =
          new ProcessBuilder(java.toString(), "@" + arguments).redirectErrorStream(true);
      // What these held is among the arguments already, agents left out.
      builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      process = builder.start();
      process.getOutputStream().close();
      Output output = new Output(process.getInputStream());
      output.start();
      boolean ended = process.waitFor(limit.plus(START_UP).toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        kill(process);
        throw new BenchmarkException(
            "The fork of @CoralBenchmark "
                + name
                + " did not end within "
                + limit.toMillis() / 1e3
                + " s and was killed; raise coral.time-limit if that is what it needs."
                + output.text());
      }
      output.join();
      return read(result, process.exitValue(), output);
    } finally {
      if (process != null && process.isAlive()) {
        kill(process);
      }
      delete(folder);
    }
  }

  private ForkResult read(Path result, int exit, Output output) throws IOException {
    if (exit == ForkedRun.NOT_FOUND) {
      throw new BenchmarkException(
          "The fork of @CoralBenchmark "
              + name
              + " found no test with the unique id "
              + uniqueId
              + "; only tests that JUnit finds by themselves can be forked. Set forks = 0."
              + output.text());
    }
    if (!Files.exists(result)) {
      throw new BenchmarkException(
          "The fork of @CoralBenchmark "
              + name
              + " died with exit code "
              + exit
              + " before it had a result."
              + output.text());
    }
    return ForkResult.read(result);
  }

  private List<String> commandLine(Path result, Path folder) {
    List<String> line = new ArrayList<>();
    List<String> flags =
        inherited(ManagementFactory.getRuntimeMXBean().getInputArguments(), jvmArguments);
    line.addAll(flags);
    if (!String.join(" ", flags).contains("CompileCommand=blackhole")) {
      line.addAll(List.of(Blackhole.FLAGS.split(" ", -1)));
    }
    line.addAll(jvmArguments);
    options.forEach((key, value) -> line.add("-D" + key + "=" + value));
    line.add("-D" + ForkRequest.RESULT + "=" + result);
    // Report frameworks that register themselves must not take the fork for a run of its own.
    line.add("-Djunit.jupiter.extensions.autodetection.enabled=false");
    line.add("-Dallure.results.directory=" + folder.resolve("allure-results"));
    line.add("-cp");
    line.add(classPath(System.getProperties()));
    line.add(ForkedRun.class.getName());
    line.add(uniqueId);
    return line;
  }

  /**
   * Returns the flags that a fork takes over: all but agents and what they were set up with, and
   * not the collector when it is given one of its own, for a JVM refuses to have two.
   */
  static List<String> inherited(List<String> flags, List<String> own) {
    List<String> agents = Environment.agents(flags);
    boolean ownCollector = own.stream().anyMatch(flag -> COLLECTOR.matcher(flag).matches());
    return flags.stream()
        .filter(flag -> !ownCollector || !COLLECTOR.matcher(flag).matches())
        .filter(flag -> agents.stream().noneMatch(flag::startsWith))
        .filter(flag -> !flag.startsWith("-Dsun.") && !flag.startsWith("-Djava.class.path"))
        .toList();
  }

  /**
   * Returns the class path of this JVM in full: as it was given, what surefire put into the
   * manifest of its booter, and the module path.
   */
  static String classPath(Properties properties) {
    Set<String> entries = new LinkedHashSet<>();
    for (String key :
        List.of(
            "surefire.test.class.path",
            "surefire.real.class.path",
            "java.class.path",
            "jdk.module.path")) {
      for (String entry : properties.getProperty(key, "").split(File.pathSeparator, -1)) {
        if (!entry.isBlank()) {
          entries.add(entry);
        }
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static List<String> quoted(List<String> arguments) {
    return arguments.stream()
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .toList();
  }

  private static void kill(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Reads all that a fork prints, so that it never waits for a reader, and keeps the beginning. */
  private static final class Output extends Thread {
    private final InputStream stream;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long dropped;

    Output(InputStream stream) {
      super("coral-fork-output");
      this.stream = stream;
      setDaemon(true);
    }

    @Override
    public void run() {
      byte[] buffer = new byte[8192];
      try (stream) {
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
          keep(buffer, n);
        }
      } catch (IOException e) {
        byte[] note = ("\n(its output ended: " + e.getMessage() + ")").getBytes(charset());
        keep(note, note.length);
      }
    }

    private synchronized void keep(byte[] buffer, int n) {
      int room = Math.min(n, KEPT_OUTPUT - kept.size());
      kept.write(buffer, 0, room);
      dropped += n - room;
    }

    synchronized String text() {
      String text = kept.toString(charset()).strip();
      if (text.isEmpty()) {
        return "";
      }
      return " It printed:\n"
          + text
          + (dropped == 0 ? "" : "\n(and " + dropped + " bytes more, which were dropped)");
    }

    private static Charset charset() {
      return Charset.defaultCharset();
    }
  }
}

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
  private static final Pattern HEAP_PARTS =
      Pattern.compile("-Xm[sn].*|-XX:(Initial|Min)HeapSize=.*|-XX:(Max)?NewSize=.*");
  private static final int KEPT_OUTPUT = 64 * 1024;
  private static final int LONGEST_FIRST_LINE = 200;
  private static final Duration START_UP = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 50;
  private static final long OUTPUT_MILLIS = 2_000;

  private final String name;
  private final String uniqueId;
  private final List<String> jvmArguments;
  private final Map<String, String> options;
  private final RunOptions asked;

  /** What a fork found, and the beginning of what it printed; blank when it was silent. */
  record Ended(ForkResult result, String printed) {}

  /**
   * Describes a fork.
   *
   * @param name of the benchmark, for messages
   * @param uniqueId of the invocation it runs
   * @param jvmArguments added to those of this JVM
   * @param options set as system properties
   * @param asked where it works, how large its heap may be, and whether its output is passed on
   */
  ForkProcess(
      String name,
      String uniqueId,
      List<String> jvmArguments,
      Map<String, String> options,
      RunOptions asked) {
    this.name = name;
    this.uniqueId = uniqueId;
    this.jvmArguments = own(jvmArguments, asked);
    this.options = options;
    this.asked = asked;
  }

  /** A limit on memory holds unless the benchmark names a heap of its own. */
  private static List<String> own(List<String> jvmArguments, RunOptions asked) {
    if (asked.memoryLimit().isEmpty() || jvmArguments.stream().anyMatch(ForkProcess::isHeap)) {
      return jvmArguments;
    }
    List<String> own = new ArrayList<>(jvmArguments);
    own.add("-Xmx" + asked.memoryLimit().getAsLong() + "m");
    return own;
  }

  /**
   * Runs the fork.
   *
   * @param limit how long the benchmark may take; starting the JVM comes on top
   * @param control kills the fork when it is cancelled
   * @throws BenchmarkException if it dies, takes too long, does not find the benchmark, or was
   *     cancelled
   */
  Ended run(Duration limit, Control control) throws IOException, InterruptedException {
    return run(limit, START_UP, control);
  }

  Ended run(Duration limit, Duration startUp, Control control)
      throws IOException, InterruptedException {
    Files.createDirectories(asked.temporary());
    Path folder = Files.createTempDirectory(asked.temporary(), "coral-fork");
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
      Output output = new Output(process.getInputStream(), asked.verbose());
      output.start();
      boolean ended = await(process, limit.plus(startUp), control);
      if (!ended) {
        kill(process);
        if (control.isCancelled()) {
          throw new BenchmarkException(
              "The fork of @CoralBenchmark " + name + " was cancelled and killed.");
        }
        throw new BenchmarkException(
            "The fork of @CoralBenchmark "
                + name
                + " did not end within "
                + limit.toMillis() / 1e3
                + " s and was killed; raise coral.time-limit if that is what it needs."
                + output.text());
      }
      // A child of the fork may hold on to its output; what it prints then is of no interest.
      output.join(OUTPUT_MILLIS);
      return new Ended(read(result, process.exitValue(), output), output.printed());
    } finally {
      if (process != null && process.isAlive()) {
        kill(process);
      }
      delete(folder);
    }
  }

  private static boolean await(Process process, Duration limit, Control control)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    boolean ended = false;
    while (!ended && System.nanoTime() < end && !control.isCancelled()) {
      ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    return ended;
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
    line.add("-Djava.io.tmpdir=" + asked.temporary().toAbsolutePath());
    // That no logger is set up has been said by the parent already.
    line.add("-Dslf4j.internal.verbosity=ERROR");
    line.add("-cp");
    line.add(classPath(System.getProperties()));
    line.add(ForkedRun.class.getName());
    line.add(uniqueId);
    return line;
  }

  /**
   * Returns the flags that a fork takes over: all but agents and what they were set up with. When
   * it is given a collector or a heap of its own, those of this JVM stay behind: a JVM refuses to
   * have two collectors, and a heap that begins larger than it may become.
   */
  static List<String> inherited(List<String> flags, List<String> own) {
    List<String> agents = Environment.agents(flags);
    boolean ownCollector = own.stream().anyMatch(flag -> COLLECTOR.matcher(flag).matches());
    boolean ownHeap = own.stream().anyMatch(ForkProcess::isHeap);
    return flags.stream()
        .filter(flag -> !ownHeap || !(isHeap(flag) || HEAP_PARTS.matcher(flag).matches()))
        .filter(flag -> !ownCollector || !COLLECTOR.matcher(flag).matches())
        .filter(flag -> agents.stream().noneMatch(flag::startsWith))
        .filter(flag -> !flag.startsWith("-Dsun.") && !flag.startsWith("-Djava.class.path"))
        .toList();
  }

  private static boolean isHeap(String flag) {
    return flag.startsWith("-Xmx") || flag.startsWith("-XX:MaxHeapSize=");
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
  @SuppressWarnings("SystemOut") // passing it on is what the option asks for
  private static final class Output extends Thread {
    private final InputStream stream;
    private final boolean passOn;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long dropped;

    Output(InputStream stream, boolean passOn) {
      super("coral-fork-output");
      this.stream = stream;
      this.passOn = passOn;
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
      if (passOn && room > 0) {
        System.out.write(buffer, 0, room);
        System.out.flush();
      }
    }

    /** Returns the beginning of what was printed; blank when nothing was. */
    synchronized String printed() {
      String text = kept.toString(charset()).strip();
      return dropped == 0
          ? text
          : text + "\n(and " + dropped + " bytes more, which were dropped)\n";
    }

    synchronized String text() {
      String text = printed();
      if (text.isEmpty()) {
        return "";
      }
      // Where a table has one line for a failure, that line should say why.
      int first = text.lines().findFirst().orElseThrow().length();
      char separator = first <= LONGEST_FIRST_LINE ? ' ' : '\n';
      return " It printed:" + separator + text;
    }

    private static Charset charset() {
      return Charset.defaultCharset();
    }
  }
}

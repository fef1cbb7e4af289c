package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another process that commits ({@link CommitterMain}), and what it has acknowledged so far, or one
 * that does something else. A line that the process did not finish does not count. Closing it kills
 * the process.
 */
final class CommitterProcess implements AutoCloseable {
  /** Far longer than anything here takes: only so that a process that hangs fails its test. */
  private static final long HANGS_SECONDS = 240;

  private static final String END = "";

  private final Process process;
  private final Thread reader;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private boolean ended;

  private CommitterProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::readLines, "lines of process " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a process that commits; its errors go where this one's go. */
  static CommitterProcess start(Path folder, int firstWriter, int writers, int commits)
      throws IOException {
    return start(
        CommitterMain.class,
        folder.toString(),
        Integer.toString(firstWriter),
        Integer.toString(writers),
        Integer.toString(commits));
  }

  /** Starts a process that prints a first line and then one for each step. */
  static CommitterProcess start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new CommitterProcess(builder.start());
  }

  private void readLines() {
    StringBuilder line = new StringBuilder();
    try (InputStream out = process.getInputStream()) {
      for (int next = out.read(); next >= 0; next = out.read()) {
        if (next == '\n') {
          lines.add(line.toString());
          line.setLength(0);
        } else {
          line.append((char) next);
        }
      }
    } catch (IOException e) {
      // A killed process closes its end at any moment; what came before counts.
      lines.add("could not read on: " + e);
    }
    lines.add(END);
  }

  /** Waits for the process to run; the repository may not be open yet. */
  void awaitStarted() throws InterruptedException {
    assertThat(next()).isEqualTo(CommitterMain.STARTED);
  }

  /** Waits until the process has acknowledged so many commits, or has ended. */
  void awaitAcknowledged(int commits) throws InterruptedException {
    while (acknowledged.size() < commits && !ended) {
      next();
    }
  }

  /** Waits until the process has printed so many more lines. */
  void awaitLines(int count) throws InterruptedException {
    for (int i = 0; i < count && !ended; i++) {
      next();
    }
  }

  /** Waits until the process has printed a line, or has ended. */
  void awaitLine(String line) throws InterruptedException {
    while (!ended && !next().equals(line)) {
      // Others do not matter.
    }
    assertThat(ended).as("the process must come to '%s'", line).isFalse();
  }

  /** Returns whether the process still runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until the process has ended by itself, well. */
  void awaitSuccess() throws InterruptedException {
    while (!ended) {
      next();
    }
    assertThat(process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  /** Kills the process, whatever it is doing, and takes in what it had printed. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    while (!ended) {
      next();
    }
    assertThat(process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private String next() throws InterruptedException {
    String line = lines.poll(HANGS_SECONDS, TimeUnit.SECONDS);
    assertThat(line).as("the process must go on").isNotNull();
    ended = line.equals(END);
    if (Acknowledged.isLine(line)) {
      acknowledged.add(Acknowledged.parse(line));
    }
    return line;
  }

  /** Returns what the process has acknowledged, as far as it was waited for. */
  List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

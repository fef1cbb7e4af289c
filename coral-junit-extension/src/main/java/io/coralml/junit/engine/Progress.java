package io.coralml.junit.engine;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One line on a terminal that says what is measured now and how long it will go on; it is written
 * over again and again and leaves nothing behind. There is none where nobody looks: in CI, in a
 * pipe, in the background. Thread-safe.
 */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 79;
  private static final String CLEAR = "\r\u001b[K";

  private final Optional<PrintWriter> terminal;

  private Progress(Optional<PrintWriter> terminal) {
    this.terminal = terminal;
  }

  /** Shows nothing. */
  static Progress none() {
    return new Progress(Optional.empty());
  }

  /** Shows a line there. */
  static Progress on(PrintWriter terminal) {
    return new Progress(Optional.of(terminal));
  }

  /**
   * Finds the terminal that the person who started this JVM looks at. A build tool runs tests in a
   * JVM whose output is a pipe; its terminal is still there, and it may be written to while the
   * build runs in the foreground.
   */
  @SuppressWarnings("SystemConsoleNull") // isTerminal asks where there is a console in any case
  static Progress ofThisProcess(Map<String, String> environment) {
    if (BuildTool.isContinuousIntegration(environment)
        || "dumb".equals(environment.getOrDefault("TERM", "dumb"))) {
      return none();
    }
    Console console = System.console();
    if (console != null && isTerminal(console)) {
      return on(console.writer());
    }
    if (Environment.firstLine(Path.of("/proc/self/stat")).filter(Progress::foreground).isEmpty()) {
      return none();
    }
    try {
      return on(
          new PrintWriter(
              Files.newBufferedWriter(Path.of("/dev/tty"), StandardCharsets.UTF_8), false));
    } catch (IOException e) {
      return none(); // There is no terminal, and a run needs none.
    }
  }

  /** From JDK 22 on there is a console even without a terminal; it can be asked. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /**
   * Reads from {@code /proc/self/stat}, see proc(5), whether the process has a terminal (the
   * seventh field is not 0) and whether its group (the fifth) is the one in front (the eighth).
   */
  static boolean foreground(String stat) {
    // The second field is a name in brackets, which may hold blanks and brackets itself.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
    return fields.length > 5 && !fields[4].equals("0") && fields[2].equals(fields[5]);
  }

  /** Shows what is done now. */
  synchronized void show(String suite, String benchmark, String stage, Duration left) {
    String line = suite + " · " + benchmark + " · " + stage;
    String time = " · " + Math.max(0, left.toSeconds()) + " s left";
    int room = WIDTH - time.length();
    String shown = line.length() <= room ? line : line.substring(0, room - 1) + "…";
    write(CLEAR + shown + time);
  }

  /** Takes the line away, so that something else can be printed. */
  synchronized void clear() {
    write(CLEAR);
  }

  private void write(String text) {
    terminal.ifPresent(
        out -> {
          out.print(text);
          out.flush();
        });
  }

  @Override
  public void close() {
    clear();
  }
}

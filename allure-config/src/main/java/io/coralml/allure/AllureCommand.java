package io.coralml.allure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Allure's own generator, run in a JVM of its own. It needs no network and asks for none. */
final class AllureCommand {
  private static final long TIME_LIMIT_MINUTES = 5;

  private final Path home;
  private final Path log;

  /**
   * Prepares the command.
   *
   * @param unpacked the folder the distribution was unpacked into; it holds one folder
   * @param log where the generator's output goes
   */
  AllureCommand(Path unpacked, Path log) {
    this.log = log;
    try (Stream<Path> folders = Files.list(unpacked)) {
      this.home =
          folders
              .filter(folder -> Files.isDirectory(folder.resolve("lib")))
              .findFirst()
              .orElseThrow(() -> missing(unpacked, null));
    } catch (IOException e) {
      throw missing(unpacked, e);
    }
  }

  /**
   * Renders a report.
   *
   * @param input results, history, categories
   * @param output the folder to write, replaced whole
   * @param name the report's title
   * @param singleFile whether everything goes into one {@code index.html}
   */
  void generate(Path input, Path output, String name, boolean singleFile) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.awt.headless=true");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(
        home.resolve("lib").resolve("*")
            + System.getProperty("path.separator")
            + home.resolve("lib").resolve("config"));
    command.add("io.qameta.allure.CommandLine");
    command.addAll(List.of("generate", "--clean", "--name", name));
    if (singleFile) {
      command.add("--single-file");
    }
    command.addAll(List.of("--output", output.toString(), input.toString()));
    run(command);
    if (!Files.isRegularFile(output.resolve("index.html"))) {
      throw new ReportException("Allure left no report in " + output + ":\n" + tail());
    }
  }

  private void run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("APP_HOME", home.toString());
    // Without this every reader's browser would call a statistics service when the report opens.
    builder.environment().put("ALLURE_NO_ANALYTICS", "1");
    builder.redirectOutput(log.toFile());
    try {
      Process process = builder.start();
      try {
        if (!process.waitFor(TIME_LIMIT_MINUTES, TimeUnit.MINUTES)) {
          throw new ReportException(
              "Allure did not finish within " + TIME_LIMIT_MINUTES + " minutes:\n" + tail());
        }
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new ReportException(
            "Allure failed with exit code " + process.exitValue() + ":\n" + tail());
      }
    } catch (IOException e) {
      throw new ReportException("Allure cannot be started (" + e.getMessage() + ").", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReportException("The build was interrupted while the report was rendered.", e);
    }
  }

  private String tail() {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(its log " + log + " cannot be read: " + e.getMessage() + ")";
    }
  }

  private static ReportException missing(
      Path unpacked, @org.jspecify.annotations.Nullable IOException e) {
    String message =
        "The Allure command line is not in "
            + unpacked
            + "; run the build once with a network so that Maven can fetch it.";
    return e == null ? new ReportException(message) : new ReportException(message, e);
  }
}

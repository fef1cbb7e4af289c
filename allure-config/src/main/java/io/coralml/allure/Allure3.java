package io.coralml.allure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The Allure 3 report, with metrics and their trends, and its quality gate: only when the profile
 * {@code allure3} asks for it, because its generator comes from npm, not from Maven. {@code
 * package.json} pins the generator and {@code allurerc.mjs} says what the report shows and what the
 * gate asks for; both are versioned beside this class.
 */
final class Allure3 {
  private static final long TIME_LIMIT_MINUTES = 5;

  private final Path folder;
  private final Path input;
  private final Path history;
  private final String name;

  /**
   * Prepares the report.
   *
   * @param folder where generator and report go
   * @param input results, attachments and {@code performance.json}
   * @param history the file that is kept from run to run
   * @param name the report's title
   */
  Allure3(Path folder, Path input, Path history, String name) {
    this.folder = folder;
    this.input = input;
    this.history = history;
    this.name = name;
  }

  /**
   * Renders the report.
   *
   * @return its file
   * @throws ReportException if npm is missing, cannot fetch the generator, or the generator fails
   */
  Path generate() {
    Path allure = generator();
    Path report = folder.resolve("report");
    Folders.empty(report);
    require(
        run("node", allure.toString(), "generate", "--config", "allurerc.mjs", input.toString()),
        "allure generate");
    Path index = report.resolve("index.html");
    Path nested = report.resolve("awesome/index.html");
    if (Files.isRegularFile(nested)) {
      return nested;
    }
    if (!Files.isRegularFile(index)) {
      throw new ReportException("Allure 3 left no report in " + report + ":\n" + tail());
    }
    return index;
  }

  /** Asks the quality gate; returns what it says when it does not pass. */
  Optional<String> gate() {
    int code =
        run(
            "node",
            generator().toString(),
            "quality-gate",
            "--config",
            "allurerc.mjs",
            input.toString());
    return code == 0 ? Optional.empty() : Optional.of(tail());
  }

  /** Returns npm's generator, which is fetched where it is not there yet. */
  private Path generator() {
    for (String file : List.of("package.json", "allurerc.mjs")) {
      Folders.write(folder.resolve(file), resource("allure3/" + file));
    }
    Path allure = folder.resolve("node_modules/allure/cli.js");
    if (!Files.exists(allure)) {
      require(run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error"), "npm install");
    }
    return allure;
  }

  private void require(int code, String what) {
    if (code != 0) {
      throw new ReportException(what + " failed with exit code " + code + ":\n" + tail());
    }
  }

  private int run(String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(windows() && command[0].equals("npm") ? withCmd(command) : command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile());
    builder.environment().put("CORAL_ALLURE_INPUT", input.toString());
    builder.environment().put("CORAL_ALLURE_HISTORY", history.toString());
    builder.environment().put("CORAL_REPORT_NAME", name);
    builder.environment().put("ALLURE_NO_ANALYTICS", "1");
    builder.environment().put("NO_COLOR", "1");
    try {
      Files.createDirectories(history.toAbsolutePath().getParent());
      Process process = builder.start();
      try {
        if (!process.waitFor(TIME_LIMIT_MINUTES, TimeUnit.MINUTES)) {
          throw new ReportException(
              command[0] + " did not end within " + TIME_LIMIT_MINUTES + " minutes:\n" + tail());
        }
      } finally {
        process.destroyForcibly();
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new ReportException(
          "The Allure 3 report needs Node.js with npm, but "
              + command[0]
              + " cannot be started ("
              + e.getMessage()
              + "); install it, or leave out -Pallure3.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReportException("The build was interrupted while the report was rendered.", e);
    }
  }

  private static boolean windows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
  }

  private static String[] withCmd(String... command) {
    String[] changed = command.clone();
    changed[0] += ".cmd";
    return changed;
  }

  private Path log() {
    return folder.resolve("allure3.log");
  }

  private String tail() {
    try {
      List<String> lines = Files.readString(log(), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(its log " + log() + " cannot be read: " + e.getMessage() + ")";
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = Allure3.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new ReportException(name + " is missing beside " + Allure3.class.getName());
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ReportException(name + " cannot be read: " + e, e);
    }
  }
}

package io.coralml.allure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What one module of the reactor has left in its target folder.
 *
 * <p>Only files written since the build began are ever handed out: a module that was not part of
 * this build, and anything an earlier build left behind, contributes nothing.
 *
 * @param name the module's folder name
 * @param target its output folder
 * @param since the start of this build
 */
public record ModuleOutput(String name, Path target, Instant since) {

  /** Returns the modules of this build, each in a folder of its name right below the root. */
  public static List<ModuleOutput> of(RunOptions options) {
    return options.modules().stream()
        .map(
            name ->
                new ModuleOutput(
                    name, options.root().resolve(name).resolve("target"), options.since()))
        .toList();
  }

  /** Returns the Allure results, attachments and containers of this run, sorted by name. */
  public List<Path> allureFiles() {
    return fresh("allure-results", name -> true);
  }

  /** Returns the XML reports of the tests that ran in this build. */
  public List<Path> testReports() {
    return fresh("surefire-reports", ModuleOutput::isTestReport);
  }

  /** Returns the XML reports of the benchmarks that were measured in this build. */
  public List<Path> benchmarkReports() {
    return fresh("failsafe-reports", ModuleOutput::isTestReport);
  }

  /** Returns the summary that failsafe leaves whenever it was asked to run, or nothing. */
  public List<Path> benchmarkSummaries() {
    return fresh("failsafe-reports", "failsafe-summary.xml"::equals);
  }

  /** Returns the measured results of this run, or nothing. */
  public List<Path> measuredResults() {
    return fresh("coral", "results.json"::equals);
  }

  /** Returns what was measured in this run in the form that Allure 3 reads, or nothing. */
  public List<Path> performance() {
    return fresh("coral", "performance.json"::equals);
  }

  private static boolean isTestReport(String name) {
    return name.startsWith("TEST-") && name.endsWith(".xml");
  }

  private List<Path> fresh(String folder, Predicate<String> name) {
    Path path = target.resolve(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> name.test(file.getFileName().toString()))
          .filter(this::isOfThisRun)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ReportException("Cannot read the results in " + path + ": " + e, e);
    }
  }

  private boolean isOfThisRun(Path file) {
    try {
      return !Files.getLastModifiedTime(file).toInstant().isBefore(since);
    } catch (IOException e) {
      throw new ReportException("Cannot read the time of " + file + ": " + e, e);
    }
  }
}

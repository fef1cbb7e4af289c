package io.coralml.perf.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How often a law was tried on random input, and from which seed; one file for each, in a folder
 * beside the results, written when the property ran and read when the report is made.
 *
 * @param law what must hold, in words
 * @param outcome SUCCESSFUL, FAILED or ABORTED
 * @param tries how often it was tried
 * @param seed from which the input was drawn
 * @param when it was tried, ISO 8601
 */
public record PropertyRun(String law, String outcome, int tries, String seed, String when) {
  private static final int LINES = 5;

  /** Returns the folder of the last build's runs, of this module. */
  public static Path folder() {
    return Path.of("target", "property-runs");
  }

  /**
   * Writes the run, over an earlier one of the same law.
   *
   * @param id a name for the law that a file may have
   */
  public void write(Path folder, String id) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(id), List.of(law, outcome, Integer.toString(tries), seed, when));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the runs of a folder, by the names of their files; none where there is no folder. */
  public static List<PropertyRun> readAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(PropertyRun::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PropertyRun read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() != LINES || !lines.get(2).matches("\\d{1,9}")) {
        return new PropertyRun(String.valueOf(file.getFileName()), "UNREADABLE", 0, "", "");
      }
      return new PropertyRun(
          lines.get(0), lines.get(1), Integer.parseInt(lines.get(2)), lines.get(3), lines.get(4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

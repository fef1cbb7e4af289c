package io.coralml.allure;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Allure remembers from run to run, kept outside of every target folder so that trends survive
 * {@code mvn clean}. Runs of different profiles have different durations, so each profile has a
 * memory of its own.
 */
final class History {
  private final Path folder;

  /** Opens the history of one profile; nothing is written yet. */
  History(Path root, String profile) {
    this.folder = root.resolve("allure").resolve(profile.replaceAll("[^A-Za-z0-9_.-]", "_"));
  }

  /** Returns the number of the run to come, from 1. */
  long nextOrder() {
    Path trend = folder.resolve("history-trend.json");
    if (!Files.isRegularFile(trend)) {
      return 1;
    }
    try {
      long last =
          new ObjectMapper()
              .readTree(Files.readAllBytes(trend))
              .path(0)
              .path("buildOrder")
              .asLong();
      return last + 1;
    } catch (IOException e) {
      throw damaged(trend, e);
    }
  }

  /** Hands what is remembered to the renderer. */
  void addTo(AllureInput input) {
    for (Path file : files(folder)) {
      try {
        input.add("history/" + file.getFileName(), Files.readAllBytes(file));
      } catch (IOException e) {
        throw damaged(file, e);
      }
    }
  }

  /** Remembers what the renderer has added. */
  void replaceWith(Path rendered) {
    for (Path file : files(rendered)) {
      try {
        Folders.write(folder.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      } catch (IOException e) {
        throw damaged(file, e);
      }
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw damaged(folder, e);
    }
  }

  private static ReportException damaged(Path file, IOException e) {
    return new ReportException(
        "The history " + file + " cannot be read (" + e + "); remove it to start a new one.", e);
  }
}

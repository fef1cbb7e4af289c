package io.coralml.allure;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders made, emptied and filled so that no reader ever sees half a file. */
final class Folders {
  private Folders() {}

  /** Makes the folder, empty, whatever was there before. */
  static Path empty(Path folder) {
    try {
      if (Files.exists(folder)) {
        List<Path> content;
        try (Stream<Path> walk = Files.walk(folder)) {
          content = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : content) {
          Files.delete(path);
        }
      }
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /** Writes a file whole or not at all, and makes its folder where there is none. */
  static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      Path half = file.resolveSibling("." + file.getFileName() + ".tmp");
      try {
        Files.write(half, content);
        move(half, file);
      } finally {
        Files.deleteIfExists(half);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Moves a file in one step where the file system can. */
  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  static ReportException unwritable(Path path, IOException e) {
    return new ReportException(
        "The report cannot be written: "
            + path
            + " ("
            + e
            + "). Make the folder writable, or run the build where it is.",
        e);
  }
}

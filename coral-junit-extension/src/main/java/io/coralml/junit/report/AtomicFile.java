package io.coralml.junit.report;

import io.coralml.junit.BenchmarkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes a file under another name beside it, then renames it over whatever was there.
   *
   * @throws BenchmarkException if the folder cannot be made or the file not be written
   */
  public static void write(Path file, byte[] content) {
    Path target = file.toAbsolutePath();
    Path half = target.resolveSibling("." + target.getFileName() + ".tmp");
    try {
      Files.createDirectories(target.getParent());
      try {
        Files.write(half, content);
        try {
          Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
          Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
        }
      } finally {
        Files.deleteIfExists(half);
      }
    } catch (IOException e) {
      throw new BenchmarkException(
          "The results cannot be written to "
              + target
              + " ("
              + e
              + "). Make the folder writable, or name another one with -Dcoral.output=FOLDER.",
          e);
    }
  }

  /** Writes text as UTF-8. */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}

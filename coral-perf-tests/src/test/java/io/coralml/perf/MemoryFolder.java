package io.coralml.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system in memory, where forcing and deleting cost next to nothing. */
public final class MemoryFolder {
  private static final Path LINUX = Path.of("/dev/shm");

  private MemoryFolder() {}

  /** Returns its folder; empty where none is known of, or it has less room than that. */
  public static Optional<Path> withRoomFor(long bytes) {
    try {
      return Files.isWritable(LINUX) && Files.getFileStore(LINUX).getUsableSpace() >= bytes
          ? Optional.of(LINUX)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

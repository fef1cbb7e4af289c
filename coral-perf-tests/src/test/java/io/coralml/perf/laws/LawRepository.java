package io.coralml.perf.laws;

import io.coralml.io.FileStorage;
import io.coralml.perf.MemoryFolder;
import io.coralml.perf.scale.WatchedStorage;
import io.coralml.repository.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A repository for one try: in files, and deleted at the end. Thousands are made, so they are not
 * forced, and are in memory where there is a file system in it: on a disk, making and deleting
 * their folders took five times as long as all the rest.
 */
final class LawRepository implements AutoCloseable {
  private static final long ROOM = 16L << 20;

  private final Path folder;
  private final Path directory;
  private Repository repository;

  LawRepository() {
    try {
      Optional<Path> memory = MemoryFolder.withRoomFor(ROOM);
      folder =
          memory.isPresent()
              ? Files.createTempDirectory(memory.get(), "coral-law")
              : Files.createTempDirectory("coral-law");
      directory = Files.createDirectory(folder.resolve(Repository.DIRECTORY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    repository =
        Repository.init(WatchedStorage.unforced(FileStorage.open(directory)), Clock.systemUTC());
  }

  Repository repository() {
    return repository;
  }

  /** Closes the repository and opens it anew, so that what is read is what is in the files. */
  Repository reopened() {
    repository.close();
    repository =
        Repository.open(WatchedStorage.unforced(FileStorage.open(directory)), Clock.systemUTC());
    return repository;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    repository.close();
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files = all.sorted(Comparator.reverseOrder()).toList();
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

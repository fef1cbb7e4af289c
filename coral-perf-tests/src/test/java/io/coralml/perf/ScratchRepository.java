package io.coralml.perf;

import io.coralml.perf.qa.Room;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new repository in a temporary folder, deleted at {@link #close}. Knows what it weighs on disk,
 * by asking the file system and nobody else.
 */
public final class ScratchRepository implements AutoCloseable {
  private static final String TEMP_DIR_VARIABLE = "CORAL_BENCHMARK_TEMP_DIR";

  /**
   * Set where bodies run once, as tests: nothing is timed then, and forcing is most of the time.
   */
  private static final String IN_MEMORY = "coral.scratch.memory";

  /** More than all that such a run stores at any time. */
  private static final long ROOM_IN_MEMORY = 1L << 30;

  /** What a scenario needs that does not ask for more itself. */
  private static final long LEAST_HEAP = 384L << 20;

  private static final long LEAST_DISK = 128L << 20;

  private final Path folder;
  private final Repository repository;

  private ScratchRepository(Path folder, RepositoryOptions options) {
    this.folder = folder;
    try (Repository fresh = Repository.init(folder)) {
      fresh.configure(options);
    }
    this.repository = Repository.open(folder);
  }

  /**
   * Makes one with the default options, in the folder that {@code CORAL_BENCHMARK_TEMP_DIR} names,
   * or in the system's temporary folder; where the build sets {@code coral.scratch.memory}, as it
   * does where nothing is measured, in memory.
   *
   * @throws org.opentest4j.TestAbortedException where there is too little heap or disk space for
   *     any scenario; one that needs more than the least asks {@link Room} before
   */
  public static ScratchRepository create() {
    return create(RepositoryOptions.defaults());
  }

  /** Makes one with the default options in a new folder below another. */
  static ScratchRepository below(Path parent) {
    requireRoom();
    try {
      return new ScratchRepository(
          Files.createTempDirectory(parent, "coral-bench"), RepositoryOptions.defaults());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes one with options. */
  public static ScratchRepository create(RepositoryOptions options) {
    requireRoom();
    try {
      return new ScratchRepository(Files.createTempDirectory(parent(), "coral-bench"), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireRoom() {
    Room.requireHeap(LEAST_HEAP);
    Room.requireDisk(LEAST_DISK);
  }

  /** Returns how many bytes are free where these repositories are made. */
  public static long usableBytes() {
    try {
      return Files.getFileStore(parent()).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path parent() {
    String parent = System.getenv(TEMP_DIR_VARIABLE);
    if (parent != null) {
      return Path.of(parent);
    }
    Path disk = Path.of(System.getProperty("java.io.tmpdir"));
    return Boolean.getBoolean(IN_MEMORY)
        ? MemoryFolder.withRoomFor(ROOM_IN_MEMORY).orElse(disk)
        : disk;
  }

  public Repository repository() {
    return repository;
  }

  public Path folder() {
    return folder;
  }

  /**
   * Returns the sizes of all files of the repository, history, indexes and containers included, in
   * bytes, when packs are merged.
   */
  public long bytesOnDisk() {
    repository.settle();
    return files().stream().filter(Files::isRegularFile).mapToLong(ScratchRepository::size).sum();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    repository.close();
    for (Path path : files()) {
      try {
        Files.delete(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

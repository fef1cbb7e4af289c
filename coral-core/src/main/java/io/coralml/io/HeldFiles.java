package io.coralml.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens, renames and deletes files relative to directories that are held open, so that no link that
 * takes a directory's place is followed; by their paths where the system has no such operations.
 * Thread-safe.
 */
final class HeldFiles implements AutoCloseable {
  private final UnlinkedPaths paths;
  private final @Nullable Directories held;

  /**
   * @param root the directory all names are below
   * @param paths of these names
   */
  HeldFiles(Path root, UnlinkedPaths paths) throws IOException {
    this.paths = paths;
    this.held = Directories.over(root);
  }

  FileChannel open(String name, Set<? extends OpenOption> options, FileAttribute<?>... mode)
      throws IOException {
    return held == null
        ? FileChannel.open(paths.resolve(name), options, mode)
        : in(held, name, directory -> directory.open(last(name), options, mode));
  }

  /** Renames a file, replacing what had the new name. */
  void rename(String from, String to) throws IOException {
    if (held == null) {
      Files.move(paths.resolve(from), paths.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    } else {
      in(held, from, source -> in(held, to, target -> rename(source, from, target, to)));
    }
  }

  private static boolean rename(
      Directories.Held source, String from, Directories.Held target, String to) throws IOException {
    source.rename(last(from), target, last(to));
    return true;
  }

  /** Deletes a file or an empty directory; returns false if there is none. */
  boolean delete(String name) throws IOException {
    return held == null
        ? Files.deleteIfExists(paths.resolve(name))
        : in(held, name, directory -> directory.delete(last(name)));
  }

  /** Does something in the directory of a name. */
  private <T> T in(Directories directories, String name, Directories.Use<T> use)
      throws IOException {
    StorageNames.check(name);
    try {
      return directories.use(StorageNames.parent(name), use);
    } catch (IOException e) {
      // Says which directory is a link, if that is why.
      paths.resolve(name);
      throw e;
    }
  }

  private static Path last(String name) {
    return Path.of(name.substring(name.lastIndexOf('/') + 1));
  }

  @Override
  public void close() {
    if (held != null) {
      held.close();
    }
  }
}

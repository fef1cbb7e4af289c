package io.coralml.repository;

import io.coralml.NotFoundException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Where in the file system a repository is. */
final class RepositoryFolder {
  private RepositoryFolder() {}

  /**
   * Returns the directory of the repository in a folder, or in the nearest one above that has one.
   *
   * @throws NotFoundException if none of them has one
   */
  static Path find(Path folder) {
    for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      Path directory = at.resolve(Repository.DIRECTORY);
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && Files.exists(directory.resolve("HEAD"))) {
        return directory;
      }
    }
    throw new NotFoundException(
        "There is no repository in '" + folder + "' or above; make one with 'coral init'.");
  }
}

package io.coralml.repository;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Where in the file system a repository is. */
final class RepositoryFolder {
  private RepositoryFolder() {}

  /**
   * Makes the directory of a repository in a folder, which is created when missing.
   *
   * @throws InvalidInputException if something else is in the way
   */
  static Path make(Path folder) {
    Path directory = folder.resolve(Repository.DIRECTORY);
    try {
      Files.createDirectories(folder);
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(directory);
      }
      return directory;
    } catch (FileAlreadyExistsException e) {
      throw new InvalidInputException(
          "'" + e.getFile() + "' is in the way: it is not a directory; choose another folder.", e);
    } catch (IOException e) {
      throw new StorageException(
          "A repository cannot be made in '" + folder + "': the folder cannot be written.", e);
    }
  }

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

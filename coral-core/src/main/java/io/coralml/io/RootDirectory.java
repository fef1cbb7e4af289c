package io.coralml.io;

import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes the directory a storage is to live in. What is made is durable: a repository whose own name
 * did not survive a power loss would take every commit with it.
 */
final class RootDirectory {
  private RootDirectory() {}

  /**
   * Makes a directory and the folders above that are missing. Of several who do so at once each
   * finds it made.
   *
   * @param root the folders above may be reached through symbolic links, its own name may be none
   */
  static void make(Path root) {
    Path directory = root.toAbsolutePath();
    try {
      make(directory, LinkOption.NOFOLLOW_LINKS);
    } catch (FileAlreadyExistsException e) {
      throw new InvalidInputException(
          "'" + e.getFile() + "' is in the way: it is not a directory; choose another folder.", e);
    } catch (IOException e) {
      throw new StorageException(
          "A repository cannot be made in '"
              + directory.getParent()
              + "': the folder cannot be written.",
          e);
    }
  }

  private static void make(Path directory, LinkOption... links) throws IOException {
    if (Files.isDirectory(directory, links)) {
      return;
    }
    Path above = directory.getParent();
    if (above == null) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    make(above);
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory, links)) {
        throw e;
      }
    }
    force(above);
  }

  /**
   * A folder that may be written but not read cannot be forced: then the system has to see to it.
   */
  private static void force(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.isReadable(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}

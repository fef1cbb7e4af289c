package io.coralml.format;

import io.coralml.NotFoundException;
import io.coralml.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What to do with a file whose own name is a symbolic link. Folders on the way to it may be links
 * in any case: they are the caller's words.
 */
public enum Links {
  /** Refuse it: whoever may put a link there does not choose what is read. */
  REFUSED,

  /** Read what it leads to, as in the caches of download tools, which consist of links. */
  FOLLOWED;

  /**
   * Returns the file to read instead of a path; a link that appears there afterwards is refused.
   *
   * @throws NotFoundException if a link is to be followed and leads to nothing
   */
  Path resolve(Path path) {
    if (this == REFUSED) {
      return path;
    }
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      throw new NotFoundException("There is no file " + path + "; check the path.", e);
    } catch (IOException e) {
      throw new StorageException(
          "Cannot find out where " + path + " leads (" + Reason.of(e) + ").", e);
    }
  }
}

package io.coralml.io;

import io.coralml.CoralException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Says in one sentence what the file system refused, and what to do about it. */
final class StorageFailures {
  private StorageFailures() {}

  /**
   * @param doing what was tried, for instance {@code write}
   * @param name the file, relative to the root
   */
  static CoralException translate(String doing, String name, IOException cause) {
    String what = "Could not " + doing + " '" + name + "': ";
    if (cause instanceof NoSuchFileException) {
      return new NotFoundException(what + "no such file or directory in the repository.", cause);
    }
    if (cause instanceof FileAlreadyExistsException) {
      return new StorageException(what + "it exists already; nothing was written.", cause);
    }
    if (cause instanceof AccessDeniedException) {
      return new StorageException(
          what + "permission denied; check who owns the repository and its file modes.", cause);
    }
    if (cause instanceof ClosedByInterruptException
        || cause instanceof FileLockInterruptionException) {
      return new StorageException(what + "the thread was interrupted; try again.", cause);
    }
    String detail = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (detail.contains("no space left") || detail.contains("not enough space")) {
      return new StorageException(what + "the disk is full; free some space and try again.", cause);
    }
    if (detail.contains("file too large")) {
      return new StorageException(
          what
              + "the file would be larger than the disk or 'ulimit -f' allows; raise the limit, or"
              + " use the preset 'memory', whose packs are small.",
          cause);
    }
    if (detail.contains("quota")) {
      return new StorageException(
          what + "the disk quota is used up; free some space and try again.", cause);
    }
    if (detail.contains("read-only")) {
      return new StorageException(
          what + "the file system is read-only; mount it writable and try again.", cause);
    }
    if (detail.contains("too many open files")) {
      return new StorageException(
          what + "too many files are open; close some or raise the limit (ulimit -n).", cause);
    }
    if (detail.contains("too many levels of symbolic links") || detail.contains("loop")) {
      return new StorageException(
          what + "it is a symbolic link, and links inside a repository are not followed.", cause);
    }
    return new StorageException(
        what + "the file system failed; check the disk and try again.", cause);
  }
}

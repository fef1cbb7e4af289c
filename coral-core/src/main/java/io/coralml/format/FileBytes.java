package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;

/**
 * The bytes of a file, read at positions. Thread-safe.
 *
 * <p>A thread that is interrupted while it reads closes a {@link FileChannel} for every other
 * reader. Only the interrupted thread gets an exception here: the next reader opens the file again.
 */
final class FileBytes implements ByteSource, AutoCloseable {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Path path;
  private final Opening opening;
  private final long length;
  private volatile FileChannel channel;
  private volatile boolean closed;

  /** Opens the file, the first time and whenever an interrupt has closed it. */
  @FunctionalInterface
  interface Opening {
    FileChannel open() throws IOException;
  }

  private FileBytes(Path path, Opening opening, FileChannel channel, long length) {
    this.path = path;
    this.opening = opening;
    this.channel = channel;
    this.length = length;
  }

  /**
   * Opens a file.
   *
   * @throws NotFoundException if there is none
   * @throws InvalidInputException if it is a folder, a symbolic link, or something that cannot be
   *     read at positions, like a pipe
   */
  static FileBytes open(Path path) {
    return open(
        path,
        () -> {
          requireFile(
              path,
              Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
          return openUnlinked(path);
        });
  }

  /**
   * Opens a file in a way of its own.
   *
   * @param path what messages call it
   */
  static FileBytes open(Path path, Opening opening) {
    try {
      FileChannel channel = opening.open();
      try {
        return new FileBytes(path, opening, channel, channel.size());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new NotFoundException("There is no file " + path + "; check the path.", e);
    } catch (IOException e) {
      throw new StorageException(
          "Cannot open " + path + " (" + Reason.of(e) + "); check that it exists and may be read.",
          e);
    }
  }

  /**
   * The opening itself refuses a link: one that took the file's place after somebody looked is not
   * followed either.
   */
  static FileChannel openUnlinked(Path path) throws IOException {
    try {
      return FileChannel.open(path, READ);
    } catch (IOException e) {
      if (Files.isSymbolicLink(path)) {
        throw linked(path);
      }
      throw e;
    }
  }

  /** A pipe would wait for somebody to write to it. */
  static void requireFile(Path path, BasicFileAttributes found) {
    if (found.isSymbolicLink()) {
      throw linked(path);
    }
    if (found.isDirectory()) {
      throw new InvalidInputException(path + " is a folder, not a file; name a file in it.");
    }
    if (!found.isRegularFile()) {
      throw new InvalidInputException(
          path + " is a pipe or a device, not a file; write what it gives to a file first.");
    }
  }

  private static InvalidInputException linked(Path path) {
    return new InvalidInputException(
        path
            + " is a symbolic link, which is not followed unasked; name the file it leads to, or add"
            + " --follow-links.");
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), length);
    long at = position;
    while (into.hasRemaining()) {
      FileChannel current = channel;
      try {
        int count = current.read(into, at);
        if (count < 0) {
          throw new CorruptDataException(
              path + " became shorter while it was being read; do not write to a file in use.");
        }
        at += count;
      } catch (ClosedByInterruptException e) {
        throw new StorageException("Reading " + path + " was interrupted.", e);
      } catch (ClosedChannelException e) {
        reopen(current, e);
      } catch (IOException e) {
        throw new StorageException(
            "Cannot read " + path + " (" + Reason.of(e) + "); check the disk it is on.", e);
      }
    }
  }

  private synchronized void reopen(FileChannel broken, ClosedChannelException cause) {
    if (closed) {
      throw new StorageException(path + " has been closed; open it again to read from it.", cause);
    }
    if (channel != broken) {
      return;
    }
    try {
      FileChannel fresh = opening.open();
      channel = fresh;
      if (fresh.size() != length) {
        throw new CorruptDataException(
            path + " changed while it was being read; do not write to a file in use.");
      }
    } catch (IOException e) {
      throw new StorageException("Cannot open " + path + " again (" + Reason.of(e) + ").", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new StorageException("Cannot close " + path + " (" + Reason.of(e) + ").", e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

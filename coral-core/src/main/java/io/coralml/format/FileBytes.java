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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The bytes of a file, read at positions. Thread-safe.
 *
 * <p>A thread that is interrupted while it reads closes a {@link FileChannel} for every other
 * reader. Only the interrupted thread gets an exception here: the next reader opens the file again.
 */
final class FileBytes implements ByteSource, AutoCloseable {
  private final Path path;
  private final long length;
  private volatile FileChannel channel;
  private volatile boolean closed;

  private FileBytes(Path path, FileChannel channel, long length) {
    this.path = path;
    this.channel = channel;
    this.length = length;
  }

  static FileBytes open(Path path) {
    if (Files.isDirectory(path)) {
      throw new InvalidInputException(path + " is a folder, not a file; name a file in it.");
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new FileBytes(path, channel, channel.size());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new NotFoundException("There is no file " + path + "; check the path.", e);
    } catch (IOException e) {
      throw new StorageException(
          "Cannot open " + path + " (" + e + "); check that it exists and may be read.", e);
    }
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
            "Cannot read " + path + " (" + e + "); check the disk it is on.", e);
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
      FileChannel fresh = FileChannel.open(path, StandardOpenOption.READ);
      channel = fresh;
      if (fresh.size() != length) {
        throw new CorruptDataException(
            path + " changed while it was being read; do not write to a file in use.");
      }
    } catch (IOException e) {
      throw new StorageException("Cannot open " + path + " again (" + e + ").", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new StorageException("Cannot close " + path + " (" + e + ").", e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

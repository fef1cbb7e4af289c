package io.coralml.io;

import io.coralml.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * Positioned reads of one file. A channel is closed under everybody when one thread that reads from
 * it is interrupted; the others then open the file again, which is sound because files never change
 * once they have their name.
 */
final class FileReading implements ReadableFile {
  private final Opening opening;
  private final String name;
  private final long length;
  private final Object reopening = new Object();
  private volatile FileChannel channel;
  private volatile boolean closed;

  /** Opens the file, the first time and whenever an interrupt has closed it. */
  @FunctionalInterface
  interface Opening {
    FileChannel open() throws IOException;
  }

  FileReading(Opening opening, String name) {
    this.opening = opening;
    this.name = name;
    try {
      channel = opening.open();
      length = channel.size();
    } catch (IOException e) {
      throw StorageFailures.translate("open", name, e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, (long) into.remaining(), length);
    int start = into.position();
    while (true) {
      FileChannel current = channel;
      try {
        readFully(current, position, into);
        return;
      } catch (ClosedByInterruptException e) {
        throw StorageFailures.translate("read", name, e);
      } catch (ClosedChannelException e) {
        into.position(start);
        reopen(current, e);
      } catch (IOException e) {
        throw StorageFailures.translate("read", name, e);
      }
    }
  }

  private void readFully(FileChannel from, long position, ByteBuffer into) throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int count = from.read(into, at);
      if (count < 0) {
        throw new StorageException(
            "'" + name + "' ended at byte " + at + " of " + length + "; run fsck.");
      }
      at += count;
    }
  }

  private void reopen(FileChannel broken, ClosedChannelException because) {
    synchronized (reopening) {
      if (closed) {
        throw new StorageException("'" + name + "' is closed and cannot be read.", because);
      }
      if (channel == broken) {
        try {
          channel = opening.open();
        } catch (IOException e) {
          throw StorageFailures.translate("open", name, e);
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (reopening) {
      closed = true;
      try {
        channel.close();
      } catch (IOException e) {
        throw StorageFailures.translate("close", name, e);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

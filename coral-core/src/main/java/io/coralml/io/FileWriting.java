package io.coralml.io;

import io.coralml.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** One file being written. */
final class FileWriting implements WritableFile {
  private final FileChannel channel;
  private final String name;
  private long length;

  FileWriting(FileChannel channel, String name, long length) {
    this.channel = channel;
    this.name = name;
    this.length = length;
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
  public void write(ByteBuffer bytes) {
    write(length, bytes);
  }

  @Override
  public void write(long position, ByteBuffer bytes) {
    long at = position;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw StorageFailures.translate("write", name, e);
    }
    length = Math.max(length, at);
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, (long) into.remaining(), length);
    long at = position;
    try {
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0) {
          throw new StorageException("'" + name + "' ended at byte " + at + "; run fsck.");
        }
        at += count;
      }
    } catch (IOException e) {
      throw StorageFailures.translate("read", name, e);
    }
  }

  @Override
  public void force() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw StorageFailures.translate("force", name, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw StorageFailures.translate("close", name, e);
    }
  }
}

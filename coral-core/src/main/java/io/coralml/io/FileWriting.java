package io.coralml.io;

import io.coralml.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** One file being written. */
final class FileWriting implements WritableFile {
  private final FileChannel channel;
  private final Force force;
  private final String name;
  private final ParallelForces forces;
  private long length;
  private Future<?> ahead = CompletableFuture.completedFuture(null);

  /** What makes the bytes of a channel durable, as {@link FileChannel#force} does. */
  interface Force {
    void run(boolean metaData) throws IOException;
  }

  /**
   * @param forces has threads for what nobody waits for
   */
  FileWriting(FileChannel channel, String name, long length, ParallelForces forces) {
    this(channel, channel::force, name, length, forces);
  }

  FileWriting(FileChannel channel, Force force, String name, long length, ParallelForces forces) {
    this.channel = channel;
    this.force = force;
    this.forces = forces;
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
  public void forceAhead() {
    if (ahead.isDone()) {
      Future<?> before = ahead;
      ahead =
          forces
              .begin(
                  () -> {
                    before.get();
                    force.run(false);
                    return true;
                  })
              .orElse(before);
    }
  }

  /**
   * The system tells of bytes it could not write once, to whoever forces next: if that was the
   * force ahead, this one fails in its place.
   */
  @Override
  public void force() {
    try {
      if (channel.isOpen()) {
        awaitAhead();
      }
      force.run(true);
    } catch (IOException e) {
      throw StorageFailures.translate("force", name, e);
    }
  }

  private void awaitAhead() throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          ahead.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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

package io.coralml.format;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * A file being written beside its final place. It gets its final name only when it is complete and
 * forced to the disk; until then, and after any failure, nothing of that name changes.
 */
final class PendingFile implements AutoCloseable {
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private final Path target;
  private final Path folder;
  private final Path temporary;
  private final FileChannel channel;

  private PendingFile(Path target, Path folder, Path temporary, FileChannel channel) {
    this.target = target;
    this.folder = folder;
    this.temporary = temporary;
    this.channel = channel;
  }

  static PendingFile beside(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new InvalidInputException(target + " is a folder; name a file to write.");
    }
    if (!Files.isDirectory(folder)) {
      throw new NotFoundException("There is no folder " + folder + "; create it first.");
    }
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".part");
    try {
      FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new PendingFile(target, folder, temporary, channel);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Appends the buffer's remaining bytes. */
  void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Forces what was written and gives it its final name, replacing what had it. */
  void publish() {
    try {
      channel.force(true);
      channel.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (!WINDOWS) { // which cannot open a folder; its rename is durable by journal
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
          directory.force(true);
        }
      }
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Removes whatever was not published. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  private static StorageException failed(Path target, IOException cause) {
    return new StorageException(
        "Cannot write "
            + target
            + " ("
            + Reason.of(cause)
            + "); check that its folder may be written to and that the disk has room.",
        cause);
  }
}

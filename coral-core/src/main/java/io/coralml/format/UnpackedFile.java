package io.coralml.format;

import io.coralml.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes that are too many for memory, in a file of the system's temporary folder that only its
 * owner may read. Its name is gone as soon as it is open, where the system allows that, so that
 * nothing is left of it however the process ends; elsewhere when it is closed. Thread-safe, and no
 * interrupt closes it.
 */
final class UnpackedFile implements AutoCloseable {
  private final String what;
  private final Path path;
  private final RandomAccessFile file;

  private UnpackedFile(String what, Path path, RandomAccessFile file) {
    this.what = what;
    this.path = path;
    this.file = file;
  }

  /**
   * @param what is unpacked, for messages
   */
  static UnpackedFile create(String what) {
    try {
      Path path = Files.createTempFile("coral", ".unpacked");
      try {
        UnpackedFile created =
            new UnpackedFile(what, path, new RandomAccessFile(path.toFile(), "rw"));
        created.removeName();
        return created;
      } catch (IOException e) {
        Files.deleteIfExists(path);
        throw e;
      }
    } catch (IOException e) {
      throw failed(what, e);
    }
  }

  private void removeName() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      path.toFile().deleteOnExit(); // a system that removes no open files
    }
  }

  synchronized void append(byte[] bytes, int length) {
    try {
      file.write(bytes, 0, length);
    } catch (IOException e) {
      throw failed(what, e);
    }
  }

  synchronized void read(long position, ByteBuffer into) {
    try {
      file.seek(position);
      if (into.hasArray()) {
        file.readFully(into.array(), into.arrayOffset() + into.position(), into.remaining());
        into.position(into.limit());
      } else {
        byte[] bytes = new byte[into.remaining()];
        file.readFully(bytes);
        into.put(bytes);
      }
    } catch (IOException e) {
      throw failed(what, e);
    }
  }

  private static StorageException failed(String what, IOException e) {
    return new StorageException(
        what
            + " cannot be unpacked into "
            + System.getProperty("java.io.tmpdir")
            + " ("
            + Reason.of(e)
            + "); make room there, or save it uncompressed.",
        e);
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw failed(what, e);
    }
  }
}

package io.coralml.io;

/**
 * A file open for reading at any position, by any number of threads. Its length is the one it had
 * when it was opened. A thread that is interrupted while it reads gets an exception; the others
 * read on.
 */
public interface ReadableFile extends ByteSource, AutoCloseable {
  /** Returns the file's name in its {@link Storage}. */
  String name();

  /** Closes the file. Reading afterwards throws {@link io.coralml.StorageException}. */
  @Override
  void close();
}

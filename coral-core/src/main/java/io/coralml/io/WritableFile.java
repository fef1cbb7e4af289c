package io.coralml.io;

import java.nio.ByteBuffer;

/**
 * A file open for writing. For one thread at a time. Nothing is durable before {@link #force}
 * returns; closing does not force.
 */
public interface WritableFile extends AutoCloseable {
  /** Returns the file's name in its {@link Storage}. */
  String name();

  /** Returns the number of bytes the file has now. */
  long length();

  /** Writes the bytes from position to limit behind the end of the file. */
  void write(ByteBuffer bytes);

  /**
   * Writes the bytes from position to limit at a position of the file. A gap behind the end reads
   * as zeros.
   *
   * @param position offset of the first byte, 0 or more
   */
  void write(long position, ByteBuffer bytes);

  /**
   * Reads bytes that are in the file, from a position up to the buffer's limit.
   *
   * @throws IndexOutOfBoundsException if the range does not lie inside the file
   */
  void read(long position, ByteBuffer into);

  /**
   * Has what was written so far brought to the disk meanwhile, without waiting, so that the next
   * {@link #force} has less to do. Promises nothing; a failure comes up in the next force.
   */
  default void forceAhead() {}

  /** Makes every byte written so far, and the file's length, durable. */
  void force();

  /** Closes the file without forcing it. Closing twice is harmless. */
  @Override
  void close();
}

package io.coralml.io;

/**
 * An exclusive lock, held until it is closed or its process ends.
 *
 * @see Storage#lock
 */
public interface StorageLock extends AutoCloseable {
  /** Releases the lock. Closing twice is harmless. */
  @Override
  void close();
}

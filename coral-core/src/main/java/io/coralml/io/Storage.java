package io.coralml.io;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The only door to the file system under a repository's directory. Everything that is ever written
 * there goes through these few operations, so that a test can stand in the doorway: count, tear,
 * reorder or refuse any of them.
 *
 * <h2>Names</h2>
 *
 * Files and directories are named relative to the storage's root, segments joined by {@code /}, for
 * instance {@code packs/0f3a.h5}. The root itself is the empty name. {@link StorageNames#check}
 * says what a name may look like; every operation refuses any other with {@link
 * io.coralml.InvalidInputException}, and refuses to follow a symbolic link below the root.
 *
 * <h2>What survives a power loss</h2>
 *
 * <ul>
 *   <li>The bytes of a file survive once {@link WritableFile#force} has returned. Before that, any
 *       subset of them may be there, in any order, over zeros.
 *   <li>A file's presence under a name (after a creation, a rename or a deletion) survives once
 *       {@link #forceDirectory} of the containing directory has returned. Before that, each such
 *       change may or may not have happened, each by itself.
 *   <li>{@link #createDirectory} forces what it has to: when it returns, the directory survives.
 * </ul>
 *
 * {@link #write} puts these together: temporary file, force, atomic rename, directory force.
 *
 * <h2>Errors and threads</h2>
 *
 * Every operation throws {@link StorageException} when the file system refuses or fails, with a
 * message that names the file relative to the root and says what to do (disk full, permission
 * denied, too many open files). All operations are thread-safe; several processes may use the same
 * root, each through a storage of its own.
 */
public interface Storage extends AutoCloseable {
  /** The directory of half-written files: {@value}. Whatever is in it may be swept when stale. */
  String TEMPORARY = "tmp";

  /** What is known of a file or directory without opening it. */
  record FileInfo(boolean directory, long length, Instant modified) {}

  /** Returns what is known of a file or directory, or nothing if there is none of that name. */
  Optional<FileInfo> info(String name);

  /** Returns whether a file or directory of that name exists. */
  default boolean exists(String name) {
    return info(name).isPresent();
  }

  /**
   * Returns the length of a file in bytes.
   *
   * @throws NotFoundException if there is no such file
   */
  default long size(String name) {
    return info(name).orElseThrow(() -> missing(name)).length();
  }

  /**
   * Returns when a file was last written.
   *
   * @throws NotFoundException if there is no such file
   */
  default Instant modified(String name) {
    return info(name).orElseThrow(() -> missing(name)).modified();
  }

  /**
   * Returns the last segments of the names in a directory, files and directories alike, in natural
   * order; an empty list if there is no such directory.
   */
  List<String> list(String directory);

  /**
   * Opens a file for reading at any position.
   *
   * @throws NotFoundException if there is no such file
   */
  ReadableFile open(String name);

  /**
   * Creates a file that must not exist yet, open for writing. Its directory must exist.
   *
   * @throws NotFoundException if the directory does not exist
   * @throws StorageException if something of that name exists already
   */
  WritableFile create(String name);

  /**
   * Creates a file of a name nobody else uses in {@link #TEMPORARY}, which is created when missing
   * (and not forced: nothing in it has to survive).
   *
   * @param suffix end of the name, for people who look into the directory, for instance {@code .h5}
   */
  WritableFile createTemporary(String suffix);

  /**
   * Opens a file to write behind its end; creates it when missing. Only for logs whose readers
   * tolerate a torn last line: everything else is written whole and renamed.
   *
   * @throws NotFoundException if the directory does not exist
   */
  WritableFile append(String name);

  /**
   * Renames a file atomically, replacing what had the new name. The directory of {@code to} must
   * exist. Not durable until {@link #forceDirectory}.
   *
   * @throws NotFoundException if there is no file {@code from}, or no directory for {@code to}
   */
  void rename(String from, String to);

  /**
   * Renames a file unless something has the new name already. Atomic against other callers of this
   * method where the file system knows hard links, as those of Linux and macOS do.
   *
   * @return false if something had the new name; {@code from} is then still there
   * @throws NotFoundException if there is no file {@code from}, or no directory for {@code to}
   */
  boolean renameIfAbsent(String from, String to);

  /** Creates a directory and its parents where they are missing, and makes them durable. */
  void createDirectory(String name);

  /** Makes the presence and absence of names in a directory durable. */
  void forceDirectory(String name);

  /**
   * Makes the bytes of several files and the names of several directories durable, in no particular
   * order. Costs little more than one force where the file system can do them together.
   */
  default void forceAll(Collection<WritableFile> files, Collection<String> directories) {
    files.forEach(WritableFile::force);
    directories.forEach(this::forceDirectory);
  }

  /**
   * Deletes a file or an empty directory. Not durable until {@link #forceDirectory}.
   *
   * @return whether there was one
   */
  boolean delete(String name);

  /**
   * Takes an exclusive lock on a file that exists for no other purpose, waiting as long as another
   * thread or process holds it. The file is created when missing and stays: lock files are never
   * deleted, renamed or opened in any other way. The lock ends when it is closed or when the
   * process ends in whatever way, so a left-over file never blocks anybody. Not reentrant; may be
   * closed by another thread than the one that took it.
   */
  StorageLock lock(String name);

  /** Does something while holding a lock. */
  default void locked(String name, Runnable work) {
    StorageLock lock = lock(name);
    try {
      work.run();
    } finally {
      lock.close();
    }
  }

  /**
   * Takes the lock if that is possible at once or within {@code patience}; otherwise returns
   * nothing.
   *
   * @param patience how long to wait; zero asks just once
   */
  Optional<StorageLock> tryLock(String name, Duration patience);

  /** Releases what the storage holds; files that are still open stay usable. */
  @Override
  void close();

  /**
   * Writes a whole file durably: temporary file, force, atomic rename over {@code name}, directory
   * force. When this returns the file survives a power loss; when it throws, the file is what it
   * was before.
   *
   * @param content written in order, each from position to limit; positions do not move
   */
  default void write(String name, ByteBuffer... content) {
    String temporary = writeTemporary(content);
    try {
      rename(temporary, name);
    } catch (RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
    forceDirectory(StorageNames.parent(name));
  }

  /**
   * Writes a whole file that nothing depends on: a cache or a hint that carries a checksum of its
   * own. Others see either the old file or the new one; after a power loss it may be missing or
   * damaged.
   *
   * @param content written in order, each from position to limit; positions do not move
   */
  default void writeUnforced(String name, ByteBuffer... content) {
    WritableFile file = createTemporary(".part");
    try (file) {
      for (ByteBuffer piece : content) {
        file.write(piece.duplicate());
      }
      rename(file.name(), name);
    } catch (RuntimeException e) {
      discard(file.name(), e);
      throw e;
    }
  }

  /**
   * Writes a whole file durably unless something of that name exists.
   *
   * @return false if it existed; it is untouched then, though not necessarily durable yet
   * @see #write
   */
  default boolean writeIfAbsent(String name, ByteBuffer... content) {
    String temporary = writeTemporary(content);
    boolean renamed;
    try {
      renamed = renameIfAbsent(temporary, name);
    } catch (RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
    if (renamed) {
      forceDirectory(StorageNames.parent(name));
    } else {
      delete(temporary);
    }
    return renamed;
  }

  /**
   * Writes and forces a temporary file, and returns its name, ready to be renamed. For those who
   * rename several files and then force their directory once.
   *
   * @param content written in order, each from position to limit; positions do not move
   */
  default String writeTemporary(ByteBuffer... content) {
    WritableFile file = createTemporary(".part");
    try (file) {
      for (ByteBuffer piece : content) {
        file.write(piece.duplicate());
      }
      file.force();
    } catch (RuntimeException e) {
      discard(file.name(), e);
      throw e;
    }
    return file.name();
  }

  /**
   * Returns a whole small file.
   *
   * @param limit how many bytes it may have at most
   * @throws NotFoundException if there is no such file
   * @throws CorruptDataException if it is longer than {@code limit}
   */
  default ByteBuffer readAll(String name, int limit) {
    try (ReadableFile file = open(name)) {
      long length = file.length();
      if (length > limit) {
        throw new CorruptDataException(
            "'"
                + name
                + "' has "
                + length
                + " bytes where at most "
                + limit
                + " make sense; run fsck.");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) length);
      file.read(0, bytes);
      return bytes.flip();
    }
  }

  private void discard(String temporary, RuntimeException because) {
    try {
      delete(temporary);
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  private static NotFoundException missing(String name) {
    return new NotFoundException("There is no file '" + name + "' in the repository.");
  }
}

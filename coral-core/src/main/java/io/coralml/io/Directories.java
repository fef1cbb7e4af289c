package io.coralml.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a storage, held open: a file is opened, renamed or deleted in the directory
 * that was looked at, and not in what somebody has put in its place since. Each use looks whether
 * the name still stands for the directory that is held; if it does not, the way there is opened
 * anew, directory by directory, none of which may be a symbolic link.
 *
 * <p>Thread-safe. When this is closed, directories are opened for one use each.
 */
final class Directories implements AutoCloseable {
  /** More than a repository has, apart from branches in folders of their own. */
  private static final int MOST = 32;

  private final Path root;

  // Guarded by this; the one that was used least recently first.
  private final Map<String, Held> held = new LinkedHashMap<>(MOST, 0.75f, true);
  private boolean closed;

  private Directories(Path root) {
    this.root = root;
  }

  /** Returns null where the system cannot do things relative to a directory. */
  static @Nullable Directories over(Path root) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
      return stream instanceof SecureDirectoryStream<Path> && keyOf(root) != null
          ? new Directories(root)
          : null;
    }
  }

  /** What is done in a directory. */
  @FunctionalInterface
  interface Use<T> {
    T in(Held directory) throws IOException;
  }

  /** A directory that stays the same whatever becomes of its name. */
  static final class Held {
    private final SecureDirectoryStream<Path> stream;
    private final Object key;
    private int users;
    private boolean retired;

    private Held(SecureDirectoryStream<Path> stream, Object key) {
      this.stream = stream;
      this.key = key;
    }

    private static Held of(SecureDirectoryStream<Path> stream) throws IOException {
      try {
        BasicFileAttributes found =
            stream.getFileAttributeView(BasicFileAttributeView.class).readAttributes();
        return new Held(stream, Objects.requireNonNull(found.fileKey()));
      } catch (IOException | RuntimeException e) {
        stream.close();
        throw e;
      }
    }

    FileChannel open(Path file, Set<? extends OpenOption> options, FileAttribute<?>... mode)
        throws IOException {
      return (FileChannel) stream.newByteChannel(file, options, mode);
    }

    void rename(Path from, Held to, Path name) throws IOException {
      stream.move(from, to.stream, name);
    }

    /** Deletes a file or an empty directory; returns false if there is none. */
    boolean delete(Path name) throws IOException {
      try {
        boolean directory =
            stream
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
        if (directory) {
          stream.deleteDirectory(name);
        } else {
          stream.deleteFile(name);
        }
        return true;
      } catch (NoSuchFileException e) {
        return false;
      }
    }
  }

  /**
   * Does something in a directory.
   *
   * @param name the directory's name in the storage, checked
   * @throws NoSuchFileException if there is no such directory
   */
  <T> T use(String name, Use<T> use) throws IOException {
    Held directory = take(name);
    try {
      return use.in(directory);
    } finally {
      giveBack(directory);
    }
  }

  private static @Nullable Object keyOf(Path directory) throws IOException {
    return Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private Held take(String name) throws IOException {
    Object now = keyOf(root.resolve(name));
    synchronized (this) {
      Held there = held.get(name);
      if (there != null && there.key.equals(now)) {
        there.users++;
        return there;
      }
    }
    Held fresh = Held.of(open(name));
    fresh.users = 1;
    for (Held each : keep(name, fresh)) {
      each.stream.close();
    }
    return fresh;
  }

  /** Returns the directories that nobody uses and nobody will. */
  private synchronized List<Held> keep(String name, Held fresh) {
    List<Held> unused = new ArrayList<>();
    if (closed) {
      fresh.retired = true;
      return unused;
    }
    retire(held.put(name, fresh), unused);
    Iterator<Held> oldest = held.values().iterator();
    if (held.size() > MOST) {
      Held least = oldest.next();
      oldest.remove();
      retire(least, unused);
    }
    return unused;
  }

  private static void retire(@Nullable Held directory, List<Held> unused) {
    if (directory != null) {
      directory.retired = true;
      if (directory.users == 0) {
        unused.add(directory);
      }
    }
  }

  private void giveBack(Held directory) throws IOException {
    boolean last;
    synchronized (this) {
      directory.users--;
      last = directory.retired && directory.users == 0;
    }
    if (last) {
      directory.stream.close();
    }
  }

  private SecureDirectoryStream<Path> open(String name) throws IOException {
    try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
      Path way = Path.of(name.isEmpty() ? "." : name);
      return open((SecureDirectoryStream<Path>) top, way);
    }
  }

  /** Opens a directory from another one down, each on the way in the one above. */
  private static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> above, Path way)
      throws IOException {
    SecureDirectoryStream<Path> first =
        above.newDirectoryStream(way.getName(0), LinkOption.NOFOLLOW_LINKS);
    if (way.getNameCount() == 1) {
      return first;
    }
    try (first) {
      return open(first, way.subpath(1, way.getNameCount()));
    }
  }

  @Override
  public void close() {
    List<Held> unused = new ArrayList<>();
    synchronized (this) {
      closed = true;
      held.values().forEach(each -> retire(each, unused));
      held.clear();
    }
    for (Held each : unused) {
      try {
        each.stream.close();
      } catch (IOException e) {
        throw StorageFailures.translate("close", root.toString(), e);
      }
    }
  }
}

package io.coralml.io;

import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@link Storage} in a directory of the file system. Files and directories it creates have modes
 * no wider than the root's. On file systems without POSIX modes, and on Windows, modes are left to
 * the system and {@link #forceDirectory} does nothing.
 *
 * <p>Every operation looks for symbolic links among the directories of its name anew, so a link
 * that is put in the place of a directory while the storage is open is refused like one that was
 * there before. Files are opened, created, renamed and deleted relative to directories that are
 * held open ({@link Directories}), so that a link which takes a directory's place just then leads
 * nowhere either. What only looks, makes a directory, or names a file for the first time if nothing
 * has its name has a moment between its look and what it does; where the system has no operations
 * relative to a directory, as Windows, everything has.
 */
public final class FileStorage implements Storage {
  private static final Set<PosixFilePermission> EXECUTE =
      EnumSet.of(
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  private static final Set<OpenOption> READING =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private static final Set<OpenOption> EXISTING =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private static final Set<OpenOption> NEW_OR_EXISTING =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);

  private final Path root;
  private final UnlinkedPaths paths;
  private final HeldFiles files;
  private final boolean posix;
  private final FileAttribute<?>[] fileMode;
  private final FileAttribute<?>[] directoryMode;
  private final ParallelForces forces = new ParallelForces();

  /** Begins the names of temporary files, so that no other storage makes the same. */
  private final String temporary = UUID.randomUUID() + "-";

  private final AtomicLong temporaries = new AtomicLong();

  private FileStorage(Path root, Optional<Set<PosixFilePermission>> mode) throws IOException {
    this.root = root;
    this.paths = new UnlinkedPaths(root);
    this.files = new HeldFiles(root, paths);
    this.posix = mode.isPresent();
    this.directoryMode = mode.map(FileStorage::attribute).orElse(new FileAttribute<?>[0]);
    this.fileMode =
        mode.map(
                all -> {
                  Set<PosixFilePermission> plain = new HashSet<>(all);
                  plain.removeAll(EXECUTE);
                  return attribute(plain);
                })
            .orElse(new FileAttribute<?>[0]);
  }

  private static FileAttribute<?>[] attribute(Set<PosixFilePermission> mode) {
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)};
  }

  /**
   * Opens a storage over a directory that exists.
   *
   * @param root the directory; may itself be reached through symbolic links
   * @throws NotFoundException if there is no such directory
   */
  public static FileStorage open(Path root) {
    try {
      Path real = root.toRealPath();
      if (!Files.isDirectory(real)) {
        throw new NotFoundException("'" + root + "' is not a directory.");
      }
      boolean posix = real.getFileSystem().supportedFileAttributeViews().contains("posix");
      return new FileStorage(
          real, posix ? Optional.of(Files.getPosixFilePermissions(real)) : Optional.empty());
    } catch (IOException e) {
      throw StorageFailures.translate("open the directory", root.toString(), e);
    }
  }

  /**
   * Opens a storage over a directory, which is made when missing, as are the folders above it; when
   * this returns they survive a power loss.
   *
   * @throws InvalidInputException if what has that name is no directory, or a link to one
   */
  public static FileStorage openOrCreate(Path root) {
    RootDirectory.make(root);
    return open(root);
  }

  /** Returns the directory, as a real path. */
  public Path root() {
    return root;
  }

  @Override
  public Optional<FileInfo> info(String name) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(
              paths.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new FileInfo(found.isDirectory(), found.size(), found.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      // A plain file where a directory is asked for: "a/b" does not exist when "a" is a file.
      if (isBelowPlainFile(name)) {
        return Optional.empty();
      }
      throw StorageFailures.translate("look at", name, e);
    }
  }

  private boolean isBelowPlainFile(String name) {
    for (String above = StorageNames.parent(name);
        !above.isEmpty();
        above = StorageNames.parent(above)) {
      if (Files.isRegularFile(paths.resolve(above), LinkOption.NOFOLLOW_LINKS)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<String> list(String directory) {
    List<String> names = new ArrayList<>();
    Path path = paths.resolve(directory);
    if (!directory.isEmpty()) {
      paths.requireNoLink(path);
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw StorageFailures.translate("list", directory, e.getCause());
    } catch (IOException e) {
      throw StorageFailures.translate("list", directory, e);
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public ReadableFile open(String name) {
    return new FileReading(() -> files.open(name, READING), name);
  }

  @Override
  public WritableFile create(String name) {
    return new FileWriting(createChannel(name, NEW), name, 0, forces);
  }

  @Override
  public WritableFile createTemporary(String suffix) {
    String name = TEMPORARY + "/" + temporary + temporaries.incrementAndGet() + suffix;
    try {
      return create(name);
    } catch (NotFoundException e) {
      createUnforced(TEMPORARY);
      return create(name);
    }
  }

  @Override
  public WritableFile append(String name) {
    try {
      return behindEnd(createChannel(name, EXISTING), name);
    } catch (NotFoundException e) {
      WritableFile file = behindEnd(createChannel(name, NEW_OR_EXISTING), name);
      forceDirectory(StorageNames.parent(name));
      return file;
    }
  }

  private WritableFile behindEnd(FileChannel channel, String name) {
    try {
      return new FileWriting(channel, name, channel.size(), forces);
    } catch (IOException e) {
      throw StorageFailures.translate("look at", name, e);
    }
  }

  private FileChannel createChannel(String name, Set<? extends OpenOption> options) {
    try {
      return files.open(name, options, fileMode);
    } catch (IOException e) {
      throw StorageFailures.translate("create", name, e);
    }
  }

  @Override
  public void rename(String from, String to) {
    try {
      files.rename(from, to);
    } catch (IOException e) {
      throw StorageFailures.translate("rename '" + from + "' to", to, e);
    }
  }

  @Override
  public boolean renameIfAbsent(String from, String to) {
    Path source = paths.resolve(from);
    Path target = paths.resolve(to);
    try {
      if (!link(source, target)) {
        Files.move(source, target);
        return true;
      }
      Files.delete(source);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw StorageFailures.translate("rename '" + from + "' to", to, e);
    }
  }

  /** Returns false where the file system does not know hard links. */
  private static boolean link(Path source, Path target) throws IOException {
    try {
      Files.createLink(target, source);
      return true;
    } catch (UnsupportedOperationException e) {
      return false;
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      // Some file systems have the call but not the feature; the plain move then says what is
      // wrong.
      return false;
    }
  }

  @Override
  public void createDirectory(String name) {
    Path path = paths.resolve(name);
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    String parent = StorageNames.parent(name);
    createDirectory(parent);
    createUnforced(name);
    forceDirectory(parent);
  }

  private void createUnforced(String name) {
    Path path = paths.resolve(name);
    try {
      Files.createDirectory(path, directoryMode);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw StorageFailures.translate("create the directory", name, e);
      }
    } catch (IOException e) {
      throw StorageFailures.translate("create the directory", name, e);
    }
  }

  @Override
  public void forceDirectory(String name) {
    if (!posix) {
      return;
    }
    try (FileChannel directory =
        FileChannel.open(paths.resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      directory.force(true);
    } catch (IOException e) {
      throw StorageFailures.translate("force the directory", name, e);
    }
  }

  @Override
  public void forceAll(Collection<WritableFile> written, Collection<String> directories) {
    List<Runnable> all = new ArrayList<>();
    written.forEach(file -> all.add(file::force));
    directories.forEach(directory -> all.add(() -> forceDirectory(directory)));
    forces.run(all);
  }

  @Override
  public boolean delete(String name) {
    if (name.isEmpty()) {
      throw new InvalidInputException("A storage does not delete its own root.");
    }
    try {
      return files.delete(name);
    } catch (NoSuchFileException e) {
      return false;
    } catch (DirectoryNotEmptyException e) {
      throw new StorageException("Could not delete '" + name + "': it is not empty.", e);
    } catch (IOException e) {
      throw StorageFailures.translate("delete", name, e);
    }
  }

  @Override
  public StorageLock lock(String name) {
    return FileLocking.lock(paths.resolve(name), name, fileMode);
  }

  @Override
  public Optional<StorageLock> tryLock(String name, Duration patience) {
    return FileLocking.tryLock(paths.resolve(name), name, fileMode, patience);
  }

  @Override
  public void close() {
    forces.close();
    files.close();
  }

  @Override
  public String toString() {
    return "FileStorage[" + root + "]";
  }

  static CoralException interrupted(String doing, String name) {
    return new StorageException(
        "Could not " + doing + " '" + name + "': the thread was interrupted; try again.");
  }
}

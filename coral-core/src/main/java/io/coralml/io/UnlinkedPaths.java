package io.coralml.io;

import io.coralml.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The paths of checked names below a root, on the way to which there is no symbolic link. */
final class UnlinkedPaths {
  /** Far more than a repository has, apart from very many branches in folders of their own. */
  private static final int MOST = 1024;

  private final Path root;

  /** Paths of directories by name, to spare making them; what is there is looked at every time. */
  private final Map<String, Path> directories = new ConcurrentHashMap<>();

  UnlinkedPaths(Path root) {
    this.root = root;
  }

  /** Returns the path of a name, none of whose directories is a symbolic link. */
  Path resolve(String name) {
    StorageNames.check(name);
    Path directory = root;
    int from = 0;
    for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', from)) {
      directory = directory(name.substring(0, slash));
      requireNoLink(directory);
      from = slash + 1;
    }
    return name.isEmpty() ? root : directory.resolve(name.substring(from));
  }

  /** Throws if a directory is a symbolic link. */
  void requireNoLink(Path directory) {
    if (Files.isSymbolicLink(directory)) {
      throw new InvalidInputException(
          "'"
              + root.relativize(directory)
              + "' is a symbolic link, and links inside a repository are not followed;"
              + " put a real directory in its place.");
    }
  }

  private Path directory(String name) {
    if (directories.size() > MOST) {
      directories.clear();
    }
    return directories.computeIfAbsent(name, root::resolve);
  }
}

package io.coralml.io;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one step of a write has to make durable before the next step may begin. It is forced all at
 * once, which file systems with a journal do in about the time of one. A write of several files
 * therefore has few steps, whatever it consists of: the contents, then the names of what is
 * referred to, then the names of what refers to it. For one thread.
 *
 * @see StagedWrite
 */
public final class Forces {
  private final Storage storage;
  private final List<WritableFile> files = new ArrayList<>();
  private final Set<String> directories = new LinkedHashSet<>();

  /** Begins with nothing to force. */
  public Forces(Storage storage) {
    this.storage = storage;
  }

  /** Adds a file that is written; it is closed when it has been forced. */
  public void add(WritableFile file) {
    files.add(file);
  }

  /** Adds a directory in which names changed. */
  public void addDirectory(String name) {
    directories.add(name);
  }

  /**
   * Writes a temporary file that is ready to be renamed after the next {@link #run}.
   *
   * @param content written in order, each from position to limit; positions do not move
   * @return its name
   */
  public String addTemporary(ByteBuffer... content) {
    WritableFile file = storage.createTemporary(".part");
    files.add(file);
    for (ByteBuffer piece : content) {
      file.write(piece.duplicate());
    }
    return file.name();
  }

  /** Makes all of it durable, and begins anew with nothing. */
  public void run() {
    List<WritableFile> written = List.copyOf(files);
    Set<String> changed = new LinkedHashSet<>(directories);
    files.clear();
    directories.clear();
    try {
      storage.forceAll(written, changed);
    } finally {
      written.forEach(WritableFile::close);
    }
  }

  /** Closes the files without forcing anything: for a write that failed. */
  public void abandon() {
    files.forEach(WritableFile::close);
    files.clear();
    directories.clear();
  }
}

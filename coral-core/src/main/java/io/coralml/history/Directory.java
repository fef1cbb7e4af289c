package io.coralml.history;

import io.coralml.CorruptDataException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.jspecify.annotations.Nullable;

/**
 * One git tree object, parsed. All names in a commit's trees are ASCII, and no directory mixes
 * files and directories under names where git's order would differ from the natural one, except the
 * root, whose two names do not either. Immutable.
 */
record Directory(SortedMap<String, Entry> entries) {
  static final Directory EMPTY = new Directory(new TreeMap<>());

  /**
   * What a name stands for.
   *
   * @param id the object
   * @param isDirectory whether that is a tree and not a blob
   */
  record Entry(ObjectId id, boolean isDirectory) {}

  Directory {
    entries = Collections.unmodifiableSortedMap(entries);
  }

  /**
   * Reads a tree object.
   *
   * @throws CorruptDataException if the bytes are no tree of files and directories
   */
  static Directory parse(ObjectId tree, byte[] content) {
    SortedMap<String, Entry> entries = new TreeMap<>();
    try {
      CanonicalTreeParser parser = new CanonicalTreeParser();
      for (parser.reset(content); !parser.eof(); parser.next()) {
        FileMode mode = parser.getEntryFileMode();
        if (!mode.equals(FileMode.REGULAR_FILE) && !mode.equals(FileMode.TREE)) {
          throw damaged(tree, null);
        }
        entries.put(
            parser.getEntryPathString(),
            new Entry(parser.getEntryObjectId(), mode.equals(FileMode.TREE)));
      }
    } catch (IndexOutOfBoundsException e) {
      throw damaged(tree, e);
    }
    return new Directory(entries);
  }

  private static CorruptDataException damaged(ObjectId tree, @Nullable Throwable cause) {
    String message = "The directory " + tree.name() + " of a commit is damaged; run 'coral fsck'.";
    return cause == null
        ? new CorruptDataException(message)
        : new CorruptDataException(message, cause);
  }

  /** Returns the bytes of the tree object. */
  byte[] format() {
    TreeFormatter formatter = new TreeFormatter();
    entries.forEach(
        (name, entry) ->
            formatter.append(
                name, entry.isDirectory() ? FileMode.TREE : FileMode.REGULAR_FILE, entry.id()));
    return formatter.toByteArray();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }
}

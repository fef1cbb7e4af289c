package io.coralml.history;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The tree of a commit: which pointer each tensor's name stands for.
 *
 * <h2>Layout, version 1</h2>
 *
 * <pre>{@code
 * metadata.json           see CommitMetadata
 * weights/<a>/<b>/<file>  one pointer (TensorPointer) per tensor; a, b and file from TensorNames
 * }</pre>
 *
 * A directory below {@code weights} holds at most 16 others, or about one in 256 of the model's
 * tensors, so changing one tensor writes one pointer and four small trees however large the model
 * is. A directory without entries is left out. All files have mode 100644. There is exactly one
 * tree for a set of tensors and metadata, so two subtrees of one name hold the same tensors and are
 * skipped when trees are compared.
 *
 * <p>Thread-safe: parsed directories are kept in a cache that is shared by all threads.
 */
final class WeightTree {
  private static final String WEIGHTS = "weights";
  private static final int CACHED_DIRECTORIES = 4096;

  private final Map<ObjectId, Directory> cache =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectId, Directory> eldest) {
          return size() > CACHED_DIRECTORIES;
        }
      };

  /**
   * What a name stands for on either side of a comparison.
   *
   * @param before the pointer blob on the left side, null if there is none
   * @param after the pointer blob on the right side, null if there is none
   */
  record Change(@Nullable ObjectId before, @Nullable ObjectId after) {}

  private Directory directory(ObjectSource source, @Nullable ObjectId tree) {
    if (tree == null) {
      return Directory.EMPTY;
    }
    synchronized (cache) {
      Directory known = cache.get(tree);
      if (known != null) {
        return known;
      }
    }
    Directory parsed = Directory.parse(tree, source.read(tree, Constants.OBJ_TREE).content());
    remember(tree, parsed);
    return parsed;
  }

  private void remember(ObjectId tree, Directory parsed) {
    synchronized (cache) {
      cache.put(tree, parsed);
    }
  }

  private static @Nullable ObjectId child(Directory directory, String name) {
    Directory.Entry entry = directory.entries().get(name);
    return entry == null ? null : entry.id();
  }

  /** Returns the pointer blob of a tensor, or nothing if the commit has no tensor of that name. */
  Optional<ObjectId> find(ObjectSource source, ObjectId root, String name) {
    String shard = TensorNames.shard(name);
    Directory weights = directory(source, child(directory(source, root), WEIGHTS));
    Directory outer = directory(source, child(weights, shard.substring(0, 1)));
    Directory inner = directory(source, child(outer, shard.substring(1)));
    return Optional.ofNullable(child(inner, TensorNames.toFileName(name)));
  }

  /** Returns the metadata of a commit. */
  CommitMetadata metadata(ObjectSource source, ObjectId root) {
    ObjectId file = child(directory(source, root), CommitMetadata.FILE);
    return file == null
        ? CommitMetadata.EMPTY
        : CommitMetadata.parse(source.read(file, Constants.OBJ_BLOB).content());
  }

  /** Visits all tensors of a commit, in no particular order, with their pointer blobs. */
  void forEach(ObjectSource source, ObjectId root, BiConsumer<String, ObjectId> visitor) {
    compare(
        source,
        null,
        root,
        (name, change) -> {
          if (change.after() != null) {
            visitor.accept(name, change.after());
          }
        });
  }

  /** Returns what a directory holds. */
  Collection<Directory.Entry> entries(ObjectSource source, ObjectId tree) {
    return directory(source, tree).entries().values();
  }

  /** Visits the pointer blobs of a commit, apart from what was seen before. */
  void forEachNew(
      ObjectSource source, ObjectId root, Set<ObjectId> seen, Consumer<ObjectId> visitor) {
    ObjectId weights = child(directory(source, root), WEIGHTS);
    if (weights != null) {
      visitNew(source, weights, seen, visitor);
    }
  }

  private void visitNew(
      ObjectSource source, ObjectId tree, Set<ObjectId> seen, Consumer<ObjectId> visitor) {
    if (seen.add(tree)) {
      for (Directory.Entry entry : entries(source, tree)) {
        if (entry.isDirectory()) {
          visitNew(source, entry.id(), seen, visitor);
        } else if (seen.add(entry.id())) {
          visitor.accept(entry.id());
        }
      }
    }
  }

  /** Returns the tensors whose pointers differ between two trees; null stands for no tree. */
  SortedMap<String, Change> changes(
      ObjectSource source, @Nullable ObjectId before, @Nullable ObjectId after) {
    TreeMap<String, Change> changes = new TreeMap<>();
    compare(source, before, after, changes::put);
    return changes;
  }

  private void compare(
      ObjectSource source,
      @Nullable ObjectId before,
      @Nullable ObjectId after,
      BiConsumer<String, Change> visitor) {
    compareWeights(
        source,
        child(directory(source, before), WEIGHTS),
        child(directory(source, after), WEIGHTS),
        visitor);
  }

  private void compareWeights(
      ObjectSource source,
      @Nullable ObjectId before,
      @Nullable ObjectId after,
      BiConsumer<String, Change> visitor) {
    if (before == null ? after == null : before.equals(after)) {
      return;
    }
    SortedMap<String, Directory.Entry> left = directory(source, before).entries();
    SortedMap<String, Directory.Entry> right = directory(source, after).entries();
    TreeSet<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      Directory.Entry old = left.get(name);
      Directory.Entry now = right.get(name);
      if (old != null && old.equals(now)) {
        continue;
      }
      compareWeights(source, idOf(old, true), idOf(now, true), visitor);
      ObjectId oldFile = idOf(old, false);
      ObjectId newFile = idOf(now, false);
      if (oldFile != null || newFile != null) {
        visitor.accept(TensorNames.fromFileName(name), new Change(oldFile, newFile));
      }
    }
  }

  private static @Nullable ObjectId idOf(Directory.@Nullable Entry entry, boolean directory) {
    return entry != null && entry.isDirectory() == directory ? entry.id() : null;
  }

  /**
   * Returns the tree that follows from another by changing some tensors.
   *
   * @param root the tree to begin with, null for an empty one
   * @param changes the new pointer blob of each changed tensor, empty where it is removed
   * @param metadata the new metadata
   */
  ObjectId edit(
      PendingObjects objects,
      @Nullable ObjectId root,
      Map<String, Optional<ObjectId>> changes,
      CommitMetadata metadata) {
    Map<String, Map<String, Optional<ObjectId>>> shards = new TreeMap<>();
    changes.forEach(
        (name, blob) ->
            shards
                .computeIfAbsent(TensorNames.shard(name), any -> new TreeMap<>())
                .put(TensorNames.toFileName(name), blob));
    Directory before = directory(objects, root);
    ObjectId weights = child(before, WEIGHTS);
    if (!shards.isEmpty()) {
      weights = editWeights(objects, weights, shards);
    }
    SortedMap<String, Directory.Entry> entries = new TreeMap<>();
    ObjectId file = objects.add(Constants.OBJ_BLOB, metadata.format());
    entries.put(CommitMetadata.FILE, new Directory.Entry(file, false));
    if (weights != null) {
      entries.put(WEIGHTS, new Directory.Entry(weights, true));
    }
    return writeAll(objects, entries);
  }

  private @Nullable ObjectId editWeights(
      PendingObjects objects,
      @Nullable ObjectId weights,
      Map<String, Map<String, Optional<ObjectId>>> shards) {
    SortedMap<String, Directory.Entry> top = copy(objects, weights);
    Map<String, SortedMap<String, Directory.Entry>> touched = new TreeMap<>();
    shards.forEach(
        (shard, files) -> {
          String first = shard.substring(0, 1);
          String second = shard.substring(1);
          SortedMap<String, Directory.Entry> outer =
              touched.computeIfAbsent(first, name -> copy(objects, idOf(top.get(name), true)));
          SortedMap<String, Directory.Entry> inner = copy(objects, idOf(outer.get(second), true));
          files.forEach((file, blob) -> set(inner, file, blob.orElse(null), false));
          set(outer, second, write(objects, inner), true);
        });
    touched.forEach((name, outer) -> set(top, name, write(objects, outer), true));
    return write(objects, top);
  }

  private SortedMap<String, Directory.Entry> copy(ObjectSource source, @Nullable ObjectId tree) {
    return new TreeMap<>(directory(source, tree).entries());
  }

  private static void set(
      SortedMap<String, Directory.Entry> entries,
      String name,
      @Nullable ObjectId id,
      boolean isDirectory) {
    if (id == null) {
      entries.remove(name);
    } else {
      entries.put(name, new Directory.Entry(id, isDirectory));
    }
  }

  /** Returns null for a directory without entries, which is left out of the tree. */
  private @Nullable ObjectId write(
      PendingObjects objects, SortedMap<String, Directory.Entry> entries) {
    return entries.isEmpty() ? null : writeAll(objects, entries);
  }

  private ObjectId writeAll(PendingObjects objects, SortedMap<String, Directory.Entry> entries) {
    Directory directory = new Directory(entries);
    ObjectId id = objects.add(Constants.OBJ_TREE, directory.format());
    remember(id, directory);
    return id;
  }
}

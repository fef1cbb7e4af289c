package io.coralml.history;

import io.coralml.CorruptDataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about commits. Everything that is missing or damaged underneath is a {@link
 * CorruptDataException}; only a commit id that nothing refers to is the caller's own affair.
 * Thread-safe as long as its source is.
 */
public class HistoryView {
  private final ObjectSource source;
  private final WeightTree trees;

  HistoryView(ObjectSource source, WeightTree trees) {
    this.source = source;
    this.trees = trees;
  }

  /**
   * What one tensor was and is.
   *
   * @param before null where it was added
   * @param after null where it was removed
   */
  public record PointerChange(@Nullable TensorPointer before, @Nullable TensorPointer after) {}

  /** The order of a {@link #log}. */
  public enum Order {
    /** By time, newest first. The first commits come at once, however long the history is. */
    NEWEST_FIRST,
    /** No commit before all of its children. The whole history is read before the first. */
    CHILDREN_FIRST
  }

  /** Returns a commit. */
  public Commit commit(CommitId id) {
    return Commit.parse(id, source.read(id.toObjectId(), Constants.OBJ_COMMIT).content());
  }

  private ObjectId tree(CommitId id) {
    return commit(id).treeId();
  }

  private TensorPointer pointer(ObjectId blob) {
    return TensorPointer.parse(source.read(blob, Constants.OBJ_BLOB).content());
  }

  private @Nullable TensorPointer pointerOrNull(@Nullable ObjectId blob) {
    return blob == null ? null : pointer(blob);
  }

  /** Returns whether there is a commit of that id, reachable or not. */
  public boolean contains(CommitId id) {
    return source()
        .find(id.toObjectId())
        .filter(object -> object.type() == Constants.OBJ_COMMIT)
        .isPresent();
  }

  /** Returns what a commit records of a tensor, or nothing if it has none of that name. */
  public Optional<TensorPointer> pointer(CommitId commit, String name) {
    return pointer(commit(commit), name);
  }

  /** Returns the same of a commit that was read already, and need not be read for every tensor. */
  public Optional<TensorPointer> pointer(Commit commit, String name) {
    return trees.find(source, commit.treeId(), name).map(this::pointer);
  }

  /** Returns the names of a commit's tensors; reads no pointer. */
  public Set<String> names(CommitId commit) {
    Set<String> names = new TreeSet<>();
    trees.forEach(source, tree(commit), (name, blob) -> names.add(name));
    return names;
  }

  /** Visits all tensors of a commit, in no particular order. */
  public void forEachPointer(CommitId commit, BiConsumer<String, TensorPointer> visitor) {
    trees.forEach(source, tree(commit), (name, blob) -> visitor.accept(name, pointer(blob)));
  }

  /** Returns all tensors of a commit by name. */
  public SortedMap<String, TensorPointer> pointers(CommitId commit) {
    TreeMap<String, TensorPointer> all = new TreeMap<>();
    forEachPointer(commit, all::put);
    return all;
  }

  /** Returns the metadata of a commit. */
  public CommitMetadata metadata(CommitId commit) {
    return trees.metadata(source, tree(commit));
  }

  /**
   * Returns the tensors that differ between two commits.
   *
   * @param before the left side, nothing for an empty model
   * @param after the right side, nothing for an empty model
   */
  public SortedMap<String, PointerChange> changes(
      Optional<CommitId> before, Optional<CommitId> after) {
    SortedMap<String, PointerChange> changes = new TreeMap<>();
    trees
        .changes(source, before.map(this::tree).orElse(null), after.map(this::tree).orElse(null))
        .forEach(
            (name, change) ->
                changes.put(
                    name,
                    new PointerChange(
                        pointerOrNull(change.before()), pointerOrNull(change.after()))));
    return changes;
  }

  /** Returns those of the names whose tensors differ between two commits; reads no pointer. */
  public Set<String> differing(
      Optional<CommitId> left, Optional<CommitId> right, Collection<String> names) {
    Set<String> differing = new TreeSet<>();
    if (left.equals(right)) {
      return differing;
    }
    Optional<ObjectId> leftTree = left.map(this::tree);
    Optional<ObjectId> rightTree = right.map(this::tree);
    for (String name : names) {
      Optional<ObjectId> before = leftTree.flatMap(tree -> trees.find(source, tree, name));
      Optional<ObjectId> after = rightTree.flatMap(tree -> trees.find(source, tree, name));
      if (!before.equals(after)) {
        differing.add(name);
      }
    }
    return differing;
  }

  /** Returns the best common ancestor of two commits, or nothing if they have none. */
  public Optional<CommitId> mergeBase(CommitId left, CommitId right) {
    try (RevWalk walk = new RevWalk(new HistoryReader(source))) {
      walk.setRevFilter(RevFilter.MERGE_BASE);
      walk.markStart(walk.parseCommit(left.toObjectId()));
      walk.markStart(walk.parseCommit(right.toObjectId()));
      return Optional.ofNullable(walk.next()).map(CommitId::of);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Returns whether a commit is another one or among the commits that led to it. */
  public boolean isAncestor(CommitId ancestor, CommitId descendant) {
    try (RevWalk walk = new RevWalk(new HistoryReader(source))) {
      return walk.isMergedInto(
          walk.parseCommit(ancestor.toObjectId()), walk.parseCommit(descendant.toObjectId()));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * Returns the commits that led to some commits, lazily.
   *
   * @param from where to begin
   */
  public Iterable<Commit> log(Collection<CommitId> from, Order order) {
    return order == Order.NEWEST_FIRST
        ? () -> new NewestFirst(source, from)
        : () -> childrenFirst(from);
  }

  private Iterator<Commit> childrenFirst(Collection<CommitId> from) {
    RevWalk walk = new RevWalk(new HistoryReader(source));
    walk.setRetainBody(false);
    try {
      walk.sort(RevSort.COMMIT_TIME_DESC);
      walk.sort(RevSort.TOPO, true);
      for (CommitId start : from) {
        walk.markStart(walk.parseCommit(start.toObjectId()));
      }
      return new Walk(walk);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private final class Walk implements Iterator<Commit> {
    private final RevWalk walk;
    private @Nullable RevCommit next;

    Walk(RevWalk walk) throws IOException {
      this.walk = walk;
      this.next = walk.next();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Commit next() {
      RevCommit current = next;
      if (current == null) {
        throw new NoSuchElementException();
      }
      try {
        next = walk.next();
      } catch (IOException e) {
        throw broken(e);
      }
      return commit(CommitId.of(current));
    }
  }

  /** Returns the ids of all commits that led to some commits, those included. */
  public Set<CommitId> reachable(Collection<CommitId> from) {
    Set<CommitId> all = new TreeSet<>();
    List<CommitId> next = new ArrayList<>(from);
    while (!next.isEmpty()) {
      CommitId id = next.remove(next.size() - 1);
      if (all.add(id)) {
        next.addAll(commit(id).parents());
      }
    }
    return all;
  }

  static CorruptDataException broken(IOException e) {
    return new CorruptDataException(
        "The history refers to a commit that is missing or damaged; run 'coral fsck'.", e);
  }

  ObjectSource source() {
    return source;
  }

  WeightTree trees() {
    return trees;
  }
}

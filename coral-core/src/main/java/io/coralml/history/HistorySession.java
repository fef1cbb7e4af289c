package io.coralml.history;

import io.coralml.ConflictException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.io.Forces;
import io.coralml.io.StagedWrite;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A turn to write the history: the only one among all threads and processes until it is closed.
 * Commits and moves are gathered and become durable together in {@link #publish}: first the
 * objects, in one pack, then the reflog and the references. A session that is closed without it
 * leaves nothing behind.
 *
 * <p>It is also a view of the history in which its own new commits are found. For one thread.
 */
public final class HistorySession extends HistoryView implements AutoCloseable {
  private final Storage storage;
  private final ObjectDatabase database;
  private final RefStore refs;
  private final StorageLock lock;
  private final PendingObjects objects;
  private final Map<String, Move> moves = new LinkedHashMap<>();
  private final Map<String, List<ReflogEntry>> logs = new LinkedHashMap<>();
  private final Map<String, Optional<ObjectId>> known = new HashMap<>();
  private Optional<Head> newHead = Optional.empty();
  private boolean joinsOthers;

  /** A reference and what it stands for at the end; nothing to delete it. */
  private record Move(String ref, Optional<ObjectId> target) {}

  HistorySession(
      Storage storage, ObjectDatabase database, RefStore refs, WeightTree trees, StorageLock lock) {
    this(storage, database, refs, trees, lock, new PendingObjects(storage, database));
  }

  private HistorySession(
      Storage storage,
      ObjectDatabase database,
      RefStore refs,
      WeightTree trees,
      StorageLock lock,
      PendingObjects objects) {
    super(objects, trees);
    this.storage = storage;
    this.database = database;
    this.refs = refs;
    this.lock = lock;
    this.objects = objects;
  }

  /** Who moves something, when, and why. */
  public record Note(Author author, Instant time, String reason) {}

  /** Returns what HEAD stands for now. */
  public Head head() {
    return newHead.orElseGet(refs::head);
  }

  /** Returns the newest commit of a branch, this session's own included. */
  public Optional<CommitId> branch(String name) {
    return current(RefNames.branch(name)).map(CommitId::of);
  }

  private Optional<ObjectId> current(String ref) {
    return known.computeIfAbsent(ref, refs::read);
  }

  /**
   * Makes a commit that no reference stands for yet.
   *
   * @param parents its parents; its tensors are those of the first one, with the changes applied
   * @param changes the new pointer of each changed tensor, empty where it is removed
   */
  public CommitId commit(
      List<CommitId> parents,
      Map<String, Optional<TensorPointer>> changes,
      CommitMetadata metadata,
      Author author,
      Instant time,
      String message) {
    requireMessage(message);
    joinsOthers |= parents.size() > 1;
    Map<String, Optional<ObjectId>> blobs = new HashMap<>();
    changes.forEach(
        (name, pointer) ->
            blobs.put(
                TensorNames.requireValid(name),
                pointer.map(it -> objects.add(Constants.OBJ_BLOB, it.format()))));
    ObjectId root = parents.isEmpty() ? null : commit(parents.get(0)).treeId();
    ObjectId tree = trees().edit(objects, root, blobs, metadata);
    byte[] content = Commit.format(tree, parents, author, time, message);
    return CommitId.of(objects.add(Constants.OBJ_COMMIT, content));
  }

  private static void requireMessage(String message) {
    if (message.isBlank() || Commit.isTooLong(message) || message.indexOf('\0') >= 0) {
      throw new InvalidInputException(
          "A message has 1 to "
              + Commit.MAX_MESSAGE_BYTES
              + " bytes and no NUL; this one has "
              + message.length()
              + " characters.");
    }
  }

  /**
   * Moves a branch, or creates it.
   *
   * @param expected where it must stand now, nothing if it must not exist
   * @throws ConflictException if it stands elsewhere
   */
  public void moveBranch(String name, Optional<CommitId> expected, CommitId target, Note note) {
    String ref = RefNames.branch(name);
    requireExpected(ref, name, expected);
    if (expected.isEmpty()) {
      refs.requireRoomFor(ref);
    }
    move(ref, Optional.of(target.toObjectId()), expected, Optional.of(target), note);
  }

  /**
   * Deletes a branch and its log.
   *
   * @throws NotFoundException if there is no such branch
   * @throws InvalidInputException if HEAD follows it
   */
  public void deleteBranch(String name) {
    String ref = RefNames.branch(name);
    if (!refs.isDamaged(ref) && current(ref).isEmpty()) {
      throw new NotFoundException(
          "There is no branch " + Quoted.name(name) + "; 'coral branch' lists them.");
    }
    if (head() instanceof Head.Attached attached && attached.branch().equals(name)) {
      throw new InvalidInputException(
          "HEAD follows the branch " + Quoted.name(name) + "; switch to another one first.");
    }
    moves.put(ref, new Move(ref, Optional.empty()));
    known.put(ref, Optional.empty());
  }

  /**
   * Puts branches whose files are damaged back to where their logs say they stood.
   *
   * @return the branches that are back, and where
   */
  public SortedMap<String, CommitId> restoreBranches(Note note) {
    SortedMap<String, CommitId> restored = new DamagedReferences(storage, refs, this).branches();
    restored.forEach(
        (name, stood) -> {
          String ref = RefNames.branch(name);
          moves.put(ref, new Move(ref, Optional.of(stood.toObjectId())));
          log(ref, Optional.of(stood), Optional.of(stood), note);
        });
    return restored;
  }

  private void requireExpected(String ref, String name, Optional<CommitId> expected) {
    Optional<CommitId> now = current(ref).map(CommitId::of);
    if (!now.equals(expected)) {
      throw new ConflictException(
          "The branch "
              + Quoted.name(name)
              + (now.isEmpty() ? " does not exist" : " stands at " + now.get().abbreviated())
              + (expected.isEmpty()
                  ? " already; choose another name."
                  : ", not at " + expected.get().abbreviated() + "; look again and retry."),
          List.of(name));
    }
  }

  private void move(
      String ref,
      Optional<ObjectId> target,
      Optional<CommitId> before,
      Optional<CommitId> after,
      Note note) {
    moves.put(ref, new Move(ref, target));
    known.put(ref, target);
    log(ref, before, after, note);
    if (head() instanceof Head.Attached attached
        && RefNames.branch(attached.branch()).equals(ref)) {
      log(RefStore.HEAD, before, after, note);
    }
  }

  private void log(String ref, Optional<CommitId> before, Optional<CommitId> after, Note note) {
    logs.computeIfAbsent(ref, any -> new ArrayList<>())
        .add(new ReflogEntry(before, after, note.author(), note.time(), note.reason()));
  }

  /**
   * Points HEAD at a branch or a commit.
   *
   * @param before the commit HEAD stood for, for the reflog
   * @param after the commit it will stand for, for the reflog
   */
  public void moveHead(Head head, Optional<CommitId> before, Optional<CommitId> after, Note note) {
    newHead = Optional.of(head);
    log(RefStore.HEAD, before, after, note);
  }

  /**
   * Makes a tag.
   *
   * @param note what an annotated tag says, nothing for a lightweight one
   * @throws ConflictException if there is one of that name
   */
  public void createTag(String name, CommitId commit, Optional<Tag.Note> note) {
    String ref = RefNames.tag(name);
    if (current(ref).isPresent()) {
      throw new ConflictException(
          "The tag " + Quoted.name(name) + " exists already; delete it or choose another name.",
          List.of(name));
    }
    refs.requireRoomFor(ref);
    note.ifPresent(it -> requireMessage(it.message()));
    ObjectId target =
        note.map(it -> objects.add(Constants.OBJ_TAG, Tag.format(name, commit, it)))
            .orElseGet(commit::toObjectId);
    moves.put(ref, new Move(ref, Optional.of(target)));
    known.put(ref, Optional.of(target));
  }

  /**
   * Deletes a tag.
   *
   * @throws NotFoundException if there is none of that name
   */
  public void deleteTag(String name) {
    String ref = RefNames.tag(name);
    if (!refs.isDamaged(ref) && current(ref).isEmpty()) {
      throw new NotFoundException(
          "There is no tag " + Quoted.name(name) + "; 'coral tag' lists them.");
    }
    moves.put(ref, new Move(ref, Optional.empty()));
    known.put(ref, Optional.empty());
  }

  /**
   * Returns the commits that led to one, itself included, which no reference leads to now: a
   * clean-up may remove them, and the tensors they alone refer to.
   *
   * @throws NotFoundException if it is not there, or not whole any more
   */
  public List<CommitId> adrift(CommitId commit) {
    return new HistoryRoots(storage, refs, database, trees()).adrift(commit);
  }

  /** Makes everything durable and visible, in the one safe order. */
  public void publish() {
    publish(List.of());
  }

  /**
   * Makes everything durable and visible, in the one safe order, together with what the new commits
   * refer to: the contents of all files; then the names of what is referred to; then the references
   * and their logs. Each step is forced at once before the next begins.
   *
   * <p>A commit of one small tensor forces nine things in three waits: the pack, the git pack, its
   * index and the reference, each a file that must be whole before it has its name; the two
   * directories the packs are named in, before anything refers to them; the directory of the
   * reference and the logs of the branch and of HEAD, before it is acknowledged. None of them can
   * be left out, and no two waits can be joined, without a reference to what is not durable.
   *
   * @param referred writes that are durable before a reference moves
   */
  public void publish(Collection<? extends StagedWrite> referred) {
    Forces forces = new Forces(storage);
    Map<String, String> prepared = new LinkedHashMap<>();
    try {
      new PackTiers(storage, database).makeRoom();
      referred.forEach(write -> write.prepare(forces));
      objects.prepare(forces);
      for (Move move : moves.values()) {
        move.target().ifPresent(id -> prepared.put(move.ref(), refs.prepare(id, forces)));
      }
      forces.run();
      List<String> found = directoriesOfOthers();
      referred.forEach(write -> write.publish(forces));
      objects.publish(forces);
      found.forEach(forces::addDirectory);
      forces.run();
      moveReferences(prepared, forces);
      forces.run();
      // What is given up goes only when what takes its place is there for good.
      if (deleteReferences(forces)) {
        forces.run();
      }
    } finally {
      forces.abandon();
      objects.close();
      prepared.values().forEach(storage::delete);
    }
    newHead.ifPresent(refs::writeHead);
    newHead = Optional.empty();
  }

  /**
   * Returns where the names of what a reference will stand for may not be durable yet, because
   * somebody else wrote it, who may have been killed between giving his packs their names and
   * forcing them: a commit that is there already, or one that is merged. (What a branch stands for
   * is durable, and so is what the first parent of a new commit needs.)
   */
  private List<String> directoriesOfOthers() {
    boolean found =
        joinsOthers
            || moves.values().stream()
                .flatMap(move -> move.target().stream())
                .anyMatch(id -> !objects.isNew(id));
    return Stream.of(GitPack.DIRECTORY, ObjectStore.DIRECTORY)
        .filter(directory -> found && storage.exists(directory))
        .toList();
  }

  private void moveReferences(Map<String, String> prepared, Forces forces) {
    logs.forEach((ref, entries) -> ReflogEntry.append(storage, ref, entries, forces));
    logs.clear();
    for (Move move : moves.values()) {
      String file = prepared.get(move.ref());
      if (file != null) {
        refs.publish(move.ref(), file, forces);
        prepared.remove(move.ref());
      }
    }
  }

  private boolean deleteReferences(Forces forces) {
    List<Move> deletions = moves.values().stream().filter(move -> move.target().isEmpty()).toList();
    deletions.forEach(move -> refs.delete(move.ref(), forces));
    moves.clear();
    return !deletions.isEmpty();
  }

  /**
   * Removes what the logs of references have kept for long enough.
   *
   * @param before entries older than this go
   * @return how many went
   */
  public int expireLogs(Instant before) {
    return new HistoryRoots(storage, refs, database, trees()).expireLogs(before);
  }

  /**
   * Removes git objects that no reference and no entry of a log reaches.
   *
   * @param before only those in packs written before this
   * @return how many went
   */
  public int prune(Instant before) {
    return new HistoryRoots(storage, refs, database, trees()).prune(before);
  }

  /**
   * Merges git packs where there have become many, within this turn; call it after {@link
   * #publish}. Does nothing if somebody else is at it.
   *
   * @see History#settle
   */
  public void settle() {
    Optional<StorageLock> alone = storage.tryLock(History.MERGING, Duration.ZERO);
    if (alone.isPresent()) {
      try {
        new PackTiers(storage, database).settle();
      } finally {
        alone.get().close();
      }
    }
  }

  /** Ends the turn; what was not published is forgotten. */
  @Override
  public void close() {
    lock.close();
  }
}

package io.coralml.repository;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.format.TensorFile;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.History;
import io.coralml.history.Quoted;
import io.coralml.history.TensorNames;
import io.coralml.history.TensorPointer;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The staging area: tensors and removals collected for the next commit on HEAD's branch, across
 * processes. Tensors are stored when they are added; committing is then quick. Thread-safe, and
 * safe for several processes at once: nothing that was added is lost, and what one commit took no
 * other takes again.
 */
public final class Staging {
  private static final String FILE = "staging";
  private static final String LOCK = "locks/staging";

  private final Repository repository;
  private final Storage storage;

  Staging(Repository repository, Storage storage) {
    this.repository = repository;
    this.storage = storage;
  }

  /**
   * What the next commit would change.
   *
   * @param added names of new tensors
   * @param changed names of tensors that get other bytes, dtype, shape or attributes
   * @param removed names of tensors that go
   */
  public record Status(Set<String> added, Set<String> changed, Set<String> removed) {
    /** Returns whether there is nothing to commit. */
    public boolean isEmpty() {
      return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }
  }

  /** How an addition treats the tensors that the file does not have. */
  public enum Mode {
    /** They stay as they are. */
    UPSERT,
    /** They are removed: the model becomes exactly what is added. */
    REPLACE
  }

  /**
   * Stages the tensors of a file that HEAD's model has not, durably; the file's metadata becomes
   * that of the model.
   *
   * @param file stays the caller's to close
   * @return how many of the file's tensors HEAD's model has not
   */
  public int add(TensorFile file, Mode mode) {
    Set<String> names = file.names();
    names.forEach(TensorNames::requireValid);
    AtomicInteger differing = new AtomicInteger();
    repository.put(
        file,
        pointers -> {
          TreeMap<String, Optional<TensorPointer>> tensors = new TreeMap<>();
          pointers.forEach((name, pointer) -> tensors.put(name, Optional.of(pointer)));
          StagedChanges more =
              new StagedChanges(
                  new ModelChanges(tensors, mode == Mode.REPLACE), new TreeMap<>(file.metadata()));
          update(
              staged -> {
                StagedChanges all = staged.then(more);
                StagedChanges needed = effective(all);
                Set<String> changed = needed.changes().tensors().keySet();
                differing.set((int) names.stream().filter(changed::contains).count());
                // What HEAD has is not kept: it would take back what HEAD gets until the commit.
                return all.changes().replace() ? all : needed;
              });
        });
    return differing.get();
  }

  /**
   * Stages the removal of tensors, or takes back that they were added.
   *
   * @throws NotFoundException if HEAD's model with the staged changes lacks one of them
   */
  public void remove(Collection<String> names) {
    update(
        staged -> {
          TreeMap<String, Optional<TensorPointer>> removals = new TreeMap<>();
          Set<String> there = namesWith(staged);
          for (String name : names) {
            if (!there.contains(name)) {
              throw new NotFoundException(
                  "There is no tensor " + Quoted.name(name) + " to remove; 'coral ls' lists them.");
            }
            removals.put(name, Optional.empty());
          }
          return staged.then(new StagedChanges(new ModelChanges(removals, false), new TreeMap<>()));
        });
  }

  private Set<String> namesWith(StagedChanges staged) {
    Set<String> names = new TreeSet<>();
    if (!staged.changes().replace()) {
      repository
          .history()
          .headCommit()
          .ifPresent(id -> names.addAll(repository.history().names(id)));
    }
    staged
        .changes()
        .tensors()
        .forEach(
            (name, pointer) -> {
              if (pointer.isPresent()) {
                names.add(name);
              } else {
                names.remove(name);
              }
            });
    return names;
  }

  /** Forgets everything that is staged, even if it is damaged. HEAD's model is not touched. */
  public void clear() {
    locked(
        () -> {
          forget();
          return true;
        });
  }

  /** Returns what the next commit would change. */
  public Status status() {
    return status(read());
  }

  private Status status(StagedChanges staged) {
    Set<String> added = new TreeSet<>();
    Set<String> changed = new TreeSet<>();
    Set<String> removed = new TreeSet<>();
    History history = repository.history();
    Optional<Commit> head = history.headCommit().map(history::commit);
    effective(staged)
        .changes()
        .tensors()
        .forEach(
            (name, pointer) -> {
              boolean there = head.flatMap(it -> history.pointer(it, name)).isPresent();
              (pointer.isEmpty() ? removed : there ? changed : added).add(name);
            });
    return new Status(added, changed, removed);
  }

  /** Leaves out whatever HEAD's model has already, for instance after a crash behind a commit. */
  private StagedChanges effective(StagedChanges staged) {
    Optional<CommitId> head = repository.history().headCommit();
    try {
      return effective(staged, head);
    } catch (CorruptDataException e) {
      if (repository.history().headCommit().equals(head)) {
        throw e;
      }
      // HEAD has moved on, and somebody has cleaned away what it stood for.
      return effective(staged);
    }
  }

  private StagedChanges effective(StagedChanges staged, Optional<CommitId> headId) {
    History history = repository.history();
    Optional<Commit> head = headId.map(history::commit);
    SortedMap<String, TensorPointer> now =
        staged.changes().replace() && head.isPresent()
            ? history.pointers(head.get().id())
            : new TreeMap<>();
    TreeMap<String, Optional<TensorPointer>> tensors = new TreeMap<>();
    staged
        .changes()
        .appliedTo(now.keySet())
        .forEach(
            (name, pointer) -> {
              if (!head.flatMap(it -> history.pointer(it, name)).equals(pointer)) {
                tensors.put(name, pointer);
              }
            });
    SortedMap<String, String> known =
        head.map(it -> history.metadata(it.id()).model()).orElse(new TreeMap<>());
    TreeMap<String, String> metadata = new TreeMap<>(staged.modelMetadata());
    metadata.entrySet().removeAll(known.entrySet());
    return new StagedChanges(new ModelChanges(tensors, false), metadata);
  }

  /**
   * Commits what is staged to HEAD's branch, durably, and empties the staging area.
   *
   * @param prepare sets the author, the time or metadata of the commit
   * @throws InvalidInputException if nothing is staged
   */
  public CommitId commit(String message, UnaryOperator<Transaction> prepare) {
    return locked(
        () -> {
          StagedChanges staged = effective(read());
          if (staged.isEmpty()) {
            throw new InvalidInputException(
                "There is nothing to commit; stage a file first with 'coral add FILE'.");
          }
          Transaction transaction =
              prepare
                  .apply(repository.transaction())
                  .staged(staged.changes(), staged.modelMetadata());
          CommitId id = transaction.commit(message);
          forget();
          return id;
        });
  }

  /** Returns every tensor that is staged: clean-up must keep them. */
  StagedChanges read() {
    try {
      return storage.exists(FILE)
          ? StagingFormat.parse(storage.readAll(FILE, StagingFormat.MAX_BYTES))
          : StagedChanges.NONE;
    } catch (NotFoundException e) {
      // Somebody has committed or forgotten it just now.
      return StagedChanges.NONE;
    }
  }

  private void update(UnaryOperator<StagedChanges> change) {
    locked(
        () -> {
          storage.write(FILE, ByteBuffer.wrap(StagingFormat.format(change.apply(read()))));
          return true;
        });
  }

  private void forget() {
    if (storage.delete(FILE)) {
      storage.forceDirectory("");
    }
  }

  private <T> T locked(Supplier<T> action) {
    StorageLock lock = storage.lock(LOCK);
    try {
      return action.get();
    } finally {
      lock.close();
    }
  }
}

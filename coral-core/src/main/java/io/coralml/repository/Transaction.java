package io.coralml.repository;

import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.format.TensorFile;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.TensorNames;
import io.coralml.history.TensorPointer;
import io.coralml.tensor.TensorSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Changes to one branch that become one commit, wholly or not at all. The commit is the branch's
 * model with these changes applied. Tensors are read when {@link #commit} is called, streaming, so
 * a file larger than memory can be put; until then the sources must stay readable.
 *
 * <p>Other commits may be made to the branch meanwhile: the changes are then applied to the newest
 * one. Only if it changed one of the same tensors to something else does the transaction fail, with
 * {@link io.coralml.ConflictException}, which names them.
 *
 * <p>For one thread. A transaction ends with {@link #commit} or {@link #close}; either closes the
 * files that were put.
 */
public final class Transaction implements AutoCloseable {
  /**
   * A tensor to be stored.
   *
   * @param source its bytes
   * @param attributes what the user notes about it
   */
  record Addition(TensorSource source, SortedMap<String, String> attributes) {}

  private final Repository repository;
  private final String branch;
  private final Optional<CommitId> base;
  private final Map<String, Addition> additions = new LinkedHashMap<>();
  private final Set<String> removals = new TreeSet<>();
  private final SortedMap<String, String> metadata = new TreeMap<>();
  private final SortedMap<String, String> modelMetadata = new TreeMap<>();
  private final List<TensorFile> files = new ArrayList<>();
  private ModelChanges staged = ModelChanges.NONE;
  private boolean replace;
  private boolean ended;
  private List<CommitId> otherParents = List.of();
  private @Nullable Author author;
  private @Nullable Instant time;

  Transaction(Repository repository, String branch, Optional<CommitId> base) {
    this.repository = repository;
    this.branch = branch;
    this.base = base;
  }

  /**
   * Adds a tensor or replaces the one of that name.
   *
   * @throws InvalidInputException if no tensor can have that name
   */
  public Transaction put(String name, TensorSource tensor) {
    return put(name, tensor, Map.of());
  }

  /**
   * Adds a tensor with attributes, or replaces the one of that name.
   *
   * @param attributes what is noted about the tensor, found again by {@link TensorQuery#attribute}
   * @throws InvalidInputException if no tensor can have that name
   */
  public Transaction put(String name, TensorSource tensor, Map<String, String> attributes) {
    requireOpen();
    removals.remove(TensorNames.requireValid(name));
    additions.put(name, new Addition(tensor, new TreeMap<>(attributes)));
    return this;
  }

  /**
   * Puts every tensor of a file, and takes over the file's metadata as that of the model. The
   * transaction closes the file when it ends.
   */
  public Transaction putAll(TensorFile file) {
    requireOpen();
    files.add(file);
    modelMetadata.putAll(file.metadata());
    return putAll(file.tensors());
  }

  /** Puts every tensor of a map. */
  public Transaction putAll(Map<String, ? extends TensorSource> tensors) {
    tensors.forEach(this::put);
    return this;
  }

  /**
   * Removes a tensor.
   *
   * @see #commit
   */
  public Transaction remove(String name) {
    requireOpen();
    additions.remove(TensorNames.requireValid(name));
    removals.add(name);
    return this;
  }

  /** Makes the new model exactly what this transaction puts: every other tensor is removed. */
  public Transaction replaceAll() {
    requireOpen();
    replace = true;
    return this;
  }

  /** Notes something about this commit, for instance its loss. Adds to what was noted before. */
  public Transaction metadata(Map<String, String> notes) {
    requireOpen();
    metadata.putAll(notes);
    return this;
  }

  /** Notes something about the model, which later commits inherit. */
  public Transaction modelMetadata(Map<String, String> notes) {
    requireOpen();
    modelMetadata.putAll(notes);
    return this;
  }

  /** Says who makes the commit; otherwise it is the repository's author. */
  public Transaction author(Author who) {
    author = who;
    return this;
  }

  /** Says when the commit is made; otherwise it is now. */
  public Transaction at(Instant when) {
    time = when;
    return this;
  }

  /** Takes over what is staged; its tensors are in the store already. */
  Transaction staged(ModelChanges changes, Map<String, String> notes) {
    staged = changes;
    modelMetadata.putAll(notes);
    return this;
  }

  /** Makes the commit a merge of another one into the branch. */
  Transaction mergedFrom(CommitId other) {
    otherParents = List.of(other);
    return this;
  }

  List<CommitId> otherParents() {
    return otherParents;
  }

  /**
   * Makes the commit. When this returns it is durable: it survives a crash and a power loss.
   *
   * @param message why; the first line is its subject
   * @throws InvalidInputException if nothing was changed or noted, or the message is empty
   * @throws io.coralml.NotFoundException if a tensor that is to be removed is not there
   * @throws io.coralml.ConflictException if another commit changed one of the same tensors
   */
  public CommitId commit(String message) {
    return commit(message, true)
        .orElseThrow(() -> new CoralException("A commit was not made; this is a defect."));
  }

  /**
   * Makes the commit as {@link #commit} does, unless the branch holds by then, bit for bit, the
   * model it would have, and nothing is noted about the commit itself.
   *
   * @return the commit; nothing if there was nothing to change
   */
  public Optional<CommitId> commitIfChanged(String message) {
    return commit(message, false);
  }

  private Optional<CommitId> commit(String message, boolean evenIfUnchanged) {
    requireOpen();
    try {
      if (isEmpty()) {
        throw new InvalidInputException(
            "There is nothing to commit: put or remove a tensor, or note some metadata, first.");
      }
      return repository.commit(this, message, evenIfUnchanged);
    } finally {
      close();
    }
  }

  private boolean isEmpty() {
    return additions.isEmpty()
        && removals.isEmpty()
        && metadata.isEmpty()
        && modelMetadata.isEmpty()
        && staged.isEmpty()
        && !replace;
  }

  private void requireOpen() {
    if (ended) {
      throw new InvalidInputException("This transaction has ended; begin another one.");
    }
  }

  /** Gives up what was not committed, and closes the files that were put. */
  @Override
  public void close() {
    ended = true;
    files.forEach(TensorFile::close);
    files.clear();
  }

  String branch() {
    return branch;
  }

  /** Returns the commit this transaction began from; nothing if the branch had none. */
  Optional<CommitId> base() {
    return base;
  }

  Map<String, Addition> additions() {
    return additions;
  }

  /** Returns what is changed apart from the additions. */
  ModelChanges otherChanges() {
    TreeMap<String, Optional<TensorPointer>> removed = new TreeMap<>();
    removals.forEach(name -> removed.put(name, Optional.empty()));
    return staged.then(new ModelChanges(removed, replace));
  }

  SortedMap<String, String> metadata() {
    return metadata;
  }

  SortedMap<String, String> modelMetadata() {
    return modelMetadata;
  }

  Optional<Author> author() {
    return Optional.ofNullable(author);
  }

  Optional<Instant> time() {
    return Optional.ofNullable(time);
  }
}

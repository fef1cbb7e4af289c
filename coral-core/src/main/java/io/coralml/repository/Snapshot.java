package io.coralml.repository;

import io.coralml.NotFoundException;
import io.coralml.history.Commit;
import io.coralml.history.CommitMetadata;
import io.coralml.history.HistoryView;
import io.coralml.history.Quoted;
import io.coralml.history.TensorPointer;
import io.coralml.store.ObjectStore;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The whole model as one commit holds it. Lazy: nothing is read before it is asked for, and reading
 * one tensor costs the same however many there are. What is read is bit for bit what was committed,
 * or an exception. A snapshot never changes; thread-safe while its repository is open.
 */
public final class Snapshot {
  private final HistoryView history;
  private final ObjectStore store;
  private final Commit commit;

  Snapshot(HistoryView history, ObjectStore store, Commit commit) {
    this.history = history;
    this.store = store;
    this.commit = commit;
  }

  /** Returns the commit. */
  public Commit commit() {
    return commit;
  }

  /** Returns what was noted of this commit. */
  public SortedMap<String, String> metadata() {
    return allMetadata().commit();
  }

  /** Returns what belongs to the model, inherited from commit to commit. */
  public SortedMap<String, String> modelMetadata() {
    return allMetadata().model();
  }

  private CommitMetadata allMetadata() {
    return history.metadata(commit.id());
  }

  /** Returns the names of all tensors, in natural order; reads no tensor. */
  public Set<String> names() {
    return history.names(commit.id());
  }

  /** Returns whether the model has a tensor of that name. */
  public boolean contains(String name) {
    return pointer(name).isPresent();
  }

  private Optional<TensorPointer> pointer(String name) {
    return history.pointer(commit, name);
  }

  private TensorPointer require(String name) {
    return pointer(name)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "The commit "
                        + commit.id().abbreviated()
                        + " has no tensor "
                        + Quoted.name(name)
                        + "; 'coral ls' lists those it has."));
  }

  /**
   * Returns what is known of a tensor without reading it.
   *
   * @throws NotFoundException if the model has no tensor of that name
   */
  public TensorInfo info(String name) {
    return TensorInfo.of(name, require(name));
  }

  /** Returns what is known of all tensors, by name; reads no tensor. */
  public SortedMap<String, TensorInfo> infos() {
    TreeMap<String, TensorInfo> all = new TreeMap<>();
    history.forEachPointer(
        commit.id(), (name, pointer) -> all.put(name, TensorInfo.of(name, pointer)));
    return all;
  }

  /** Returns the tensors that meet a query, in the order of their names; reads no tensor. */
  public List<TensorInfo> find(TensorQuery query) {
    List<TensorInfo> found = new ArrayList<>();
    for (String name : names()) {
      if (query.mayMatch(name)) {
        TensorInfo info = info(name);
        if (query.matches(info)) {
          found.add(info);
        }
      }
    }
    return found;
  }

  /**
   * Reads a tensor into memory, verified.
   *
   * @throws NotFoundException if the model has no tensor of that name
   * @throws io.coralml.InvalidInputException if it has 2 GiB or more; use {@link #source}
   */
  public Tensor tensor(String name) {
    return store.read(require(name).id());
  }

  /**
   * Opens a tensor to be read in pieces, each verified.
   *
   * @throws NotFoundException if the model has no tensor of that name
   */
  public TensorSource source(String name) {
    return store.open(require(name).id());
  }

  /** Returns all tensors by name, none of them read yet. */
  public Map<String, TensorSource> sources() {
    Map<String, TensorSource> all = new LinkedHashMap<>();
    infos().forEach((name, info) -> all.put(name, new LazySource(store, info)));
    return all;
  }

  /**
   * Reads tensors into memory, several at once, verified. All of them must fit in memory together.
   *
   * @throws NotFoundException if the model lacks one
   */
  public SortedMap<String, Tensor> tensors(Collection<String> names) {
    Map<String, TensorId> wanted = new TreeMap<>();
    names.forEach(name -> wanted.put(name, require(name).id()));
    Map<TensorId, Tensor> read = store.readAll(Set.copyOf(wanted.values()));
    TreeMap<String, Tensor> tensors = new TreeMap<>();
    wanted.forEach((name, id) -> tensors.put(name, read.get(id)));
    return tensors;
  }

  @Override
  public String toString() {
    return "Snapshot[" + commit.id() + "]";
  }
}

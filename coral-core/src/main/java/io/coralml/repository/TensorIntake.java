package io.coralml.repository;

import io.coralml.CorruptDataException;
import io.coralml.history.Author;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.CommitMetadata;
import io.coralml.history.HistoryView;
import io.coralml.history.TensorPointer;
import io.coralml.store.PutBatch;
import io.coralml.store.PutRequest;
import io.coralml.store.PutResult;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the tensors of one transaction, or of one file, into the store, and knows afterwards what
 * became of each. For one thread.
 */
final class TensorIntake {
  private final HistoryView history;
  private final PutBatch batch;
  private final Optional<CommitId> base;
  private final List<RepositoryEvent> events = new ArrayList<>();

  /**
   * @param base the commit whose tensors the new ones are likely to resemble, by name
   */
  TensorIntake(HistoryView history, PutBatch batch, Optional<CommitId> base) {
    this.history = history;
    this.batch = batch;
    this.base = base;
  }

  /** Returns what became of the tensors put so far. */
  List<RepositoryEvent> events() {
    return events;
  }

  /** Puts the tensors of a transaction and returns the commit that refers to them. */
  PendingCommit take(
      Transaction transaction,
      String message,
      boolean evenIfUnchanged,
      Author author,
      Instant now) {
    Map<String, Transaction.Addition> additions = transaction.additions();
    TreeMap<String, TensorSource> sources = new TreeMap<>();
    additions.forEach((name, addition) -> sources.put(name, addition.source()));
    TreeMap<String, Optional<TensorPointer>> tensors = new TreeMap<>();
    put(sources)
        .forEach(
            (name, id) -> {
              Transaction.Addition addition =
                  Objects.requireNonNull(additions.get(name), "what was put was asked for");
              tensors.put(name, Optional.of(pointer(id, addition.source(), addition.attributes())));
            });
    ModelChanges others = transaction.otherChanges();
    keep(others);
    return new PendingCommit(
        transaction.branch(),
        transaction.base(),
        transaction.otherParents(),
        others.then(new ModelChanges(tensors, false)),
        new CommitMetadata(transaction.metadata(), transaction.modelMetadata()),
        transaction.author().orElse(author),
        transaction.time().orElse(now),
        message,
        evenIfUnchanged);
  }

  /** Sees to it that tensors which are taken over from another commit stay. */
  private void keep(ModelChanges taken) {
    for (Optional<TensorPointer> pointer : taken.tensors().values()) {
      pointer.map(TensorPointer::id).ifPresent(batch::keep);
    }
  }

  /** Puts tensors, several at once, and returns their identities by name. */
  SortedMap<String, TensorId> put(SortedMap<String, ? extends TensorSource> sources) {
    List<String> names = List.copyOf(sources.keySet());
    List<PutRequest> requests = new ArrayList<>(names.size());
    Optional<Commit> before = unlessGone(() -> base.map(history::commit));
    sources.forEach(
        (name, source) -> {
          requests.add(new PutRequest(source, hint(before, name)));
        });
    List<PutResult> results = batch.putAll(requests);
    TreeMap<String, TensorId> ids = new TreeMap<>();
    for (int i = 0; i < results.size(); i++) {
      ids.put(names.get(i), results.get(i).id());
      events.add(event(names.get(i), results.get(i)));
    }
    return ids;
  }

  private @Nullable TensorId hint(Optional<Commit> before, String name) {
    return unlessGone(() -> before.flatMap(it -> history.pointer(it, name)))
        .map(TensorPointer::id)
        .orElse(null);
  }

  /** If the commit has been given up and cleaned away meanwhile, whoever commits finds that out. */
  private <T> Optional<T> unlessGone(Supplier<Optional<T>> look) {
    try {
      return look.get();
    } catch (CorruptDataException e) {
      if (base.filter(history::contains).isPresent()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static RepositoryEvent event(String name, PutResult result) {
    return switch (result.kind()) {
      case DUPLICATE -> new RepositoryEvent.DedupHit(name, result.id(), result.tensorBytes());
      case WHOLE ->
          new RepositoryEvent.Put(name, result.id(), result.tensorBytes(), result.storedBytes());
      case DELTA ->
          new RepositoryEvent.Delta(
              name,
              result.id(),
              Objects.requireNonNull(result.base(), "a delta has a base"),
              result.tensorBytes(),
              result.storedBytes());
    };
  }

  static TensorPointer pointer(
      TensorId id, TensorSource source, SortedMap<String, String> attributes) {
    return new TensorPointer(id, source.dtype(), source.shape(), source.byteLength(), attributes);
  }
}

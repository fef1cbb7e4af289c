package io.coralml.repository;

import io.coralml.format.TensorFile;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.TensorPointer;
import io.coralml.store.PutBatch;
import io.coralml.tensor.TensorId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Takes transactions and files in: their tensors go into the store and what refers to them into the
 * history, durably; then the listeners are told. Thread-safe.
 */
final class Commits {
  /** Others do not wait for a commit that encodes more than this. */
  private static final long LARGE_BYTES = 16 << 20;

  private final Repository repository;
  private final GroupCommitter committer;
  private final Author author;
  private final Listeners listeners;

  /**
   * @param author of transactions that name none
   * @param housekeeping does what no commit should wait for
   */
  Commits(Repository repository, Author author, Listeners listeners, Executor housekeeping) {
    this.repository = repository;
    this.committer = new GroupCommitter(repository.store(), repository.history(), housekeeping);
    this.author = author;
    this.listeners = listeners;
  }

  /** Makes a commit; or none and returns nothing, if it is to change something and would not. */
  Optional<CommitId> commit(Transaction transaction, String message, boolean evenIfUnchanged) {
    long begun = System.nanoTime();
    Collection<Transaction.Addition> additions = transaction.additions().values();
    long bytes = additions.stream().mapToLong(each -> each.source().byteLength()).sum();
    List<RepositoryEvent> events = new ArrayList<>();
    Optional<CommitId> made =
        committer.commit(
            bytes > LARGE_BYTES,
            batch -> {
              TensorIntake intake =
                  new TensorIntake(repository.history(), batch, transaction.base());
              PendingCommit pending =
                  intake.take(transaction, message, evenIfUnchanged, author, repository.now());
              events.addAll(intake.events());
              return pending;
            });
    events.forEach(listeners::tell);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    made.map(id -> new RepositoryEvent.Committed(transaction.branch(), id, additions.size(), took))
        .ifPresent(listeners::tell);
    return made;
  }

  /**
   * Stores the tensors of a file durably, and hands over their pointers while they are still safe
   * from clean-up.
   */
  void put(TensorFile file, Consumer<SortedMap<String, TensorPointer>> user) {
    try (PutBatch batch = repository.store().begin()) {
      TensorIntake intake =
          new TensorIntake(repository.history(), batch, repository.history().headCommit());
      SortedMap<String, TensorId> ids = intake.put(new TreeMap<>(file.tensors()));
      batch.seal();
      TreeMap<String, TensorPointer> pointers = new TreeMap<>();
      ids.forEach(
          (name, id) ->
              pointers.put(name, TensorIntake.pointer(id, file.tensor(name), new TreeMap<>())));
      user.accept(pointers);
      intake.events().forEach(listeners::tell);
    }
  }
}

package io.coralml.repository;

import io.coralml.history.History;
import io.coralml.history.HistorySession;
import io.coralml.history.TensorPointer;
import io.coralml.io.Storage;
import io.coralml.store.SweepReport;
import io.coralml.tensor.TensorId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Removes what no reference, log entry, staged entry or open transaction reaches (invariant 6).
 * Others read and write meanwhile; writers wait only while the history itself is cleaned.
 */
final class GarbageCollection {
  /** Nobody takes this long to write one file. */
  private static final Duration STALE = Duration.ofDays(1);

  private final Repository repository;
  private final Storage storage;

  GarbageCollection(Repository repository, Storage storage) {
    this.repository = repository;
    this.storage = storage;
  }

  GcReport run(GcOptions options) {
    Instant now = repository.now();
    int entries;
    int objects;
    try (HistorySession session = repository.history().beginAlone()) {
      entries = session.expireLogs(now.minus(options.reflogExpiry()));
      objects = session.prune(now.minus(options.grace()));
    }
    SweepReport tensors = repository.store().sweep(this::reachable, options.grace());
    int temporaries = repository.store().removeTemporaries(STALE);
    return new GcReport(entries, objects, tensors, temporaries);
  }

  private Set<TensorId> reachable() {
    History history = repository.history();
    // Staged tensors first: a commit may take them over between the two looks.
    Set<TensorId> reachable = new HashSet<>();
    for (Optional<TensorPointer> pointer :
        new Staging(repository, storage).read().changes().tensors().values()) {
      pointer.map(TensorPointer::id).ifPresent(reachable::add);
    }
    reachable.addAll(history.reachableTensors());
    return reachable;
  }
}

package io.coralml.history;

import io.coralml.io.Storage;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds references that cannot be read, and where their logs say they stood. */
final class DamagedReferences {
  private final Storage storage;
  private final RefStore refs;
  private final HistoryView view;

  DamagedReferences(Storage storage, RefStore refs, HistoryView view) {
    this.storage = storage;
    this.refs = refs;
    this.view = view;
  }

  /**
   * Returns the references that cannot be read, {@code HEAD} among them, each with the commit that
   * its log names last of those that are there.
   */
  NavigableMap<String, Optional<CommitId>> find() {
    TreeMap<String, Optional<CommitId>> found = new TreeMap<>();
    Set<String> damaged = refs.damaged();
    damaged.forEach(ref -> found.put(ref, lastLogged(ref)));
    return found;
  }

  /** Returns the branches among them whose logs say where they stood. */
  SortedMap<String, CommitId> branches() {
    TreeMap<String, CommitId> branches = new TreeMap<>();
    find()
        .forEach(
            (ref, stood) -> {
              if (ref.startsWith(RefNames.HEADS) && stood.isPresent()) {
                branches.put(ref.substring(RefNames.HEADS.length()), stood.get());
              }
            });
    return branches;
  }

  private Optional<CommitId> lastLogged(String ref) {
    List<ReflogEntry> log = ReflogEntry.read(storage, ref);
    for (int i = log.size() - 1; i >= 0; i--) {
      Optional<CommitId> after = log.get(i).after();
      if (after.filter(view::contains).isPresent()) {
        return after;
      }
    }
    return Optional.empty();
  }
}

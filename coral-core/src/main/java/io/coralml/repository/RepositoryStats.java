package io.coralml.repository;

import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.history.HistoryView.PointerChange;
import io.coralml.history.Tag;
import io.coralml.history.TensorPointer;
import io.coralml.io.Storage;
import io.coralml.store.StoreStats;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a repository are, and what sharing, delta coding and compression save.
 *
 * @param branches number of branches
 * @param tags number of tags
 * @param commits number of commits that a branch, a tag or HEAD reaches
 * @param modelBytes what the models of those commits would take if each were a file of its own
 * @param store the tensors and their packs
 * @param historyBytes what commits, trees, references and logs take on disk
 * @param otherBytes what the rest takes on disk: index cache, staging, unfinished files
 */
public record RepositoryStats(
    int branches,
    int tags,
    int commits,
    long modelBytes,
    StoreStats store,
    long historyBytes,
    long otherBytes) {

  /** Returns everything on disk. */
  public long diskBytes() {
    return store.packBytes() + historyBytes + otherBytes;
  }

  /** Collects the figures; what a commit changed is read, but no tensor. */
  static RepositoryStats of(Repository repository, Storage storage) {
    Set<CommitId> tips = new TreeSet<>(repository.branches().all().values());
    for (Tag tag : repository.tags().all().values()) {
      tips.add(tag.commit());
    }
    if (repository.head() instanceof Head.Detached detached) {
      tips.add(detached.commit());
    }
    Map<CommitId, Long> sizes = new HashMap<>();
    tips.forEach(tip -> measure(repository, tip, sizes));
    StoreStats store = repository.store().stats();
    long history =
        bytes(storage, "objects")
            + bytes(storage, "refs")
            + bytes(storage, "logs")
            + bytes(storage, "HEAD")
            + bytes(storage, "packed-refs")
            + bytes(storage, "config");
    long all = storage.list("").stream().mapToLong(name -> bytes(storage, name)).sum();
    return new RepositoryStats(
        repository.branches().all().size(),
        repository.tags().all().size(),
        sizes.size(),
        sizes.values().stream().mapToLong(Long::longValue).sum(),
        store,
        history,
        Math.max(0, all - history - store.packBytes()));
  }

  /** Finds the size of a commit's model and of all before it: the first parent's and a change. */
  private static void measure(Repository repository, CommitId tip, Map<CommitId, Long> sizes) {
    Deque<CommitId> open = new ArrayDeque<>(Set.of(tip));
    while (!open.isEmpty()) {
      CommitId id = open.getLast();
      Commit commit = repository.history().commit(id);
      Optional<CommitId> unknown =
          commit.parents().stream().filter(parent -> !sizes.containsKey(parent)).findFirst();
      if (sizes.containsKey(id)) {
        open.removeLast();
      } else if (unknown.isPresent()) {
        open.addLast(unknown.get());
      } else {
        Optional<CommitId> parent = commit.parents().stream().findFirst();
        long size = parent.map(sizes::get).orElse(0L);
        for (PointerChange change :
            repository.history().changes(parent, Optional.of(id)).values()) {
          size += bytes(change.after()) - bytes(change.before());
        }
        sizes.put(id, size);
      }
    }
  }

  private static long bytes(@Nullable TensorPointer pointer) {
    return pointer == null ? 0 : pointer.byteLength();
  }

  private static long bytes(Storage storage, String name) {
    Optional<Storage.FileInfo> info = storage.info(name);
    if (info.isEmpty() || !info.get().directory()) {
      return info.map(Storage.FileInfo::length).orElse(0L);
    }
    return storage.list(name).stream().mapToLong(each -> bytes(storage, name + "/" + each)).sum();
  }
}

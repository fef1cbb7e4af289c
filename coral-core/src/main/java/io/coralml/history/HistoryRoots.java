package io.coralml.history;

import io.coralml.io.Storage;
import io.coralml.tensor.TensorId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Finds what the references and their logs reach, and removes the rest. Removing is for the one who
 * holds the history's lock.
 */
final class HistoryRoots {
  private static final String LOGS = "logs";

  private final Storage storage;
  private final RefStore refs;
  private final ObjectDatabase database;
  private final HistoryView view;
  private final WeightTree trees;

  HistoryRoots(Storage storage, RefStore refs, ObjectDatabase database, WeightTree trees) {
    this.storage = storage;
    this.refs = refs;
    this.database = database;
    this.trees = trees;
    this.view = new HistoryView(database, trees);
  }

  int expireLogs(Instant before) {
    int expired = 0;
    for (String ref : logged("")) {
      List<ReflogEntry> all = ReflogEntry.read(storage, ref);
      List<ReflogEntry> kept = all.stream().filter(e -> !e.time().isBefore(before)).toList();
      if (kept.size() < all.size()) {
        ReflogEntry.rewrite(storage, ref, kept);
        expired += all.size() - kept.size();
      }
    }
    return expired;
  }

  /** Returns the references that have a log, below a directory of logs. */
  private List<String> logged(String below) {
    List<String> found = new ArrayList<>();
    for (String segment : storage.list(below.isEmpty() ? LOGS : LOGS + "/" + below)) {
      String ref = below.isEmpty() ? segment : below + "/" + segment;
      Optional<Storage.FileInfo> info = storage.info(ReflogEntry.file(ref));
      if (info.isPresent() && info.get().directory()) {
        found.addAll(logged(ref));
      } else if (info.isPresent()) {
        found.add(ref);
      }
    }
    return found;
  }

  /** Returns every object a reference or a log names, apart from those that are gone already. */
  private Set<ObjectId> named() {
    Set<ObjectId> named = new HashSet<>();
    // The logs first: whatever moves from a reference into its log meanwhile is then seen once.
    for (String ref : logged("")) {
      for (ReflogEntry entry : ReflogEntry.read(storage, ref)) {
        entry.before().map(CommitId::toObjectId).filter(this::isThere).ifPresent(named::add);
        entry.after().map(CommitId::toObjectId).filter(this::isThere).ifPresent(named::add);
      }
    }
    named.addAll(refs.list("refs/").values());
    if (refs.head() instanceof Head.Detached detached) {
      named.add(detached.commit().toObjectId());
    }
    return named;
  }

  private boolean isThere(ObjectId id) {
    return database.find(id).isPresent();
  }

  private Set<CommitId> commits(Set<ObjectId> named) {
    List<CommitId> from = new ArrayList<>();
    for (ObjectId id : named) {
      GitObject object = database.read(id, GitObject.ANY);
      from.add(CommitId.of(object.type() == Constants.OBJ_TAG ? Tag.target(object) : id));
    }
    return view.reachable(from);
  }

  /** Returns every commit that a reference or an entry of a log reaches. */
  Set<CommitId> commits() {
    database.rescan();
    return commits(named());
  }

  /** Returns every object that is reached: tags, commits, directories, pointers and metadata. */
  private Set<ObjectId> reachable() {
    Set<ObjectId> named = named();
    Set<ObjectId> reached = new HashSet<>(named);
    Deque<ObjectId> directories = new ArrayDeque<>();
    for (CommitId commit : commits(named)) {
      reached.add(commit.toObjectId());
      directories.add(view.commit(commit).treeId());
    }
    while (!directories.isEmpty()) {
      ObjectId directory = directories.remove();
      if (reached.add(directory)) {
        for (Directory.Entry entry : trees.entries(database, directory)) {
          if (entry.isDirectory()) {
            directories.add(entry.id());
          } else {
            reached.add(entry.id());
          }
        }
      }
    }
    return reached;
  }

  Set<TensorId> tensors() {
    database.rescan();
    Set<TensorId> tensors = new HashSet<>();
    Set<ObjectId> seen = new HashSet<>();
    for (CommitId commit : commits(named())) {
      trees.forEachNew(
          database,
          view.commit(commit).treeId(),
          seen,
          blob ->
              tensors.add(
                  TensorPointer.parse(database.read(blob, Constants.OBJ_BLOB).content()).id()));
    }
    return tensors;
  }

  int prune(Instant before) {
    database.rescan();
    Set<ObjectId> reached = reachable();
    List<GitPack> old = new ArrayList<>();
    Set<ObjectId> gone = new HashSet<>();
    for (GitPack pack : database.packs()) {
      if (!storage.modified(GitPack.dataFile(pack.name())).isAfter(before)) {
        Set<ObjectId> unreached = pack.index().all();
        unreached.removeAll(reached);
        if (!unreached.isEmpty()) {
          old.add(pack);
          gone.addAll(unreached);
        }
      }
    }
    if (!old.isEmpty()) {
      new PackTiers(storage, database).merge(old, reached);
    }
    return gone.size();
  }
}

package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.StorageNames;
import io.coralml.tensor.TensorId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

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
    referred(); // Where one cannot be read, its log must stay: it says where the reference stood.
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

  /**
   * Returns every object a reference or a log names, apart from those that are gone already, as
   * they are at one moment.
   *
   * @param turn takes the history's lock, unless whoever asks holds it
   * @param referred reads the references
   */
  private Set<ObjectId> named(Supplier<StorageLock> turn, Supplier<Set<ObjectId>> referred) {
    Set<ObjectId> logged = new HashSet<>();
    Set<ObjectId> named = new HashSet<>();
    StorageLock lock = turn.get();
    try {
      for (String ref : logged("")) {
        for (ReflogEntry entry : ReflogEntry.read(storage, ref)) {
          entry.before().map(CommitId::toObjectId).ifPresent(logged::add);
          entry.after().map(CommitId::toObjectId).ifPresent(logged::add);
        }
      }
      named.addAll(referred.get());
    } finally {
      lock.close();
    }
    logged.removeIf(id -> database.find(id).isEmpty());
    named.addAll(logged);
    return named;
  }

  private Set<ObjectId> referred() {
    Set<ObjectId> referred = new HashSet<>(refs.list("refs/").values());
    if (refs.head() instanceof Head.Detached detached) {
      referred.add(detached.commit().toObjectId());
    }
    return referred;
  }

  private Set<CommitId> commits(Set<ObjectId> named) {
    List<CommitId> from = new ArrayList<>();
    named.forEach(id -> from.add(commit(id)));
    return view.reachable(from);
  }

  /** Returns the commit a reference stands for, which may do so through a tag's object. */
  private CommitId commit(ObjectId named) {
    GitObject object = database.read(named, GitObject.ANY);
    return CommitId.of(object.type() == Constants.OBJ_TAG ? Tag.target(object) : named);
  }

  /**
   * Returns every commit a reference that can be read or an entry of a log names, apart from those
   * only a log names that are gone already. Takes no lock, so what is given up meanwhile may be
   * among them.
   */
  Set<CommitId> named() {
    database.rescan();
    Set<CommitId> commits = new HashSet<>();
    named(() -> () -> {}, this::readable).forEach(id -> commits.add(commit(id)));
    return commits;
  }

  /** Returns every object that is reached: tags, commits, directories, pointers and metadata. */
  private Set<ObjectId> reachable() {
    Set<ObjectId> named = named(() -> () -> {}, this::referred);
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

  /**
   * Returns every tensor that is reached.
   *
   * @param turn takes the history's lock
   */
  Set<TensorId> tensors(Supplier<StorageLock> turn) {
    database.rescan();
    Set<ObjectId> named = named(turn, this::referred);
    while (true) {
      try {
        return tensors(named);
      } catch (CorruptDataException e) {
        // Others may have given up some of it meanwhile, and cleaned it away.
        Set<ObjectId> now = named(turn, this::referred);
        if (now.equals(named)) {
          throw e;
        }
        named = now;
      }
    }
  }

  private Set<TensorId> tensors(Set<ObjectId> named) {
    Set<TensorId> tensors = new HashSet<>();
    Set<ObjectId> seen = new HashSet<>();
    for (CommitId commit : commits(named)) {
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

  /** Returns what the references that can be read name: the others keep nobody from his work. */
  private Set<ObjectId> readable() {
    Set<ObjectId> readable = new HashSet<>(refs.readable().values());
    if (!refs.isHeadDamaged() && refs.head() instanceof Head.Detached detached) {
      readable.add(detached.commit().toObjectId());
    }
    return readable;
  }

  /** See {@link HistorySession#adrift}. */
  List<CommitId> adrift(CommitId commit) {
    if (!view.contains(commit)) {
      throw new NotFoundException("There is no commit " + Quoted.name(commit.hex()) + ".");
    }
    Set<ObjectId> referred = readable();
    List<CommitId> adrift = new ArrayList<>();
    if (referred.contains(commit.toObjectId())) {
      return adrift;
    }
    try (RevWalk walk = new RevWalk(new HistoryReader(database))) {
      walk.markStart(walk.parseCommit(commit.toObjectId()));
      for (ObjectId each : referred) {
        // What is damaged elsewhere keeps nobody from this.
        if (database.find(each).isPresent()) {
          walk.markUninteresting(walk.parseCommit(each));
        }
      }
      for (RevCommit each = walk.next(); each != null; each = walk.next()) {
        adrift.add(CommitId.of(each));
      }
      return adrift;
    } catch (IOException e) {
      throw new NotFoundException(
          "Commits that led to "
              + commit.abbreviated()
              + " are missing, perhaps cleaned away; nothing was changed.",
          e);
    }
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
    removeHalves(before);
    return gone.size();
  }

  /** Deletes the data or the index of a pack whose other half is gone: a deletion was cut short. */
  private void removeHalves(Instant before) {
    Set<String> files = new HashSet<>(storage.list(GitPack.DIRECTORY));
    for (String file : files) {
      String path = StorageNames.child(GitPack.DIRECTORY, file);
      String other = GitPack.otherHalf(file);
      if (!other.isEmpty() && !files.contains(other) && !storage.modified(path).isAfter(before)) {
        storage.delete(path);
      }
    }
  }
}

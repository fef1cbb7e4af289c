package io.coralml.history;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.tensor.TensorId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevTag;

/**
 * The history of a repository: a bare git repository that stock git can read, written so that it
 * survives a crash at any moment.
 *
 * <p>Reading needs no lock. Writing goes through a {@link HistorySession}, of which there is one at
 * a time among all threads and processes. Thread-safe.
 */
public final class History extends HistoryView implements AutoCloseable {
  /** The file of settings, in git's form. */
  public static final String CONFIG = "config";

  private static final String LOCK = "locks/history";

  /** Held by whoever merges git packs without holding the other, so that no two do the same. */
  static final String MERGING = "locks/merging";

  private final Storage storage;
  private final ObjectDatabase database;
  private final RefStore refs;

  private History(Storage storage, ObjectDatabase database) {
    super(database, new WeightTree());
    this.storage = storage;
    this.database = database;
    this.refs = new RefStore(storage);
  }

  /** Returns whether a storage holds a history, whole or damaged. */
  public static boolean exists(Storage storage) {
    return storage.exists(RefStore.HEAD) && storage.exists(CONFIG);
  }

  /**
   * Begins an empty history. HEAD is written last: a directory without it is no repository yet, and
   * this method can be called again.
   *
   * @param branch the branch HEAD follows
   * @throws InvalidInputException if there is a history already
   */
  public static History create(Storage storage, String branch) {
    if (!createIfAbsent(storage, branch)) {
      throw new InvalidInputException("There is a repository here already; open it instead.");
    }
    return new History(storage, new ObjectDatabase(storage));
  }

  /**
   * Begins an empty history unless there is one. Of several who call this at once one begins it.
   *
   * @param branch the branch HEAD follows in a new history
   * @return whether there was none
   */
  public static boolean createIfAbsent(Storage storage, String branch) {
    RefNames.branch(branch);
    storage.createDirectory("locks");
    StorageLock lock = storage.lock(LOCK);
    try {
      if (exists(storage)) {
        return false;
      }
      for (String directory :
          List.of(
              GitPack.DIRECTORY, "objects/info", "refs/heads", "refs/tags", "logs/refs/heads")) {
        storage.createDirectory(directory);
      }
      new HistoryConfig(storage).create();
      new RefStore(storage).writeHead(new Head.Attached(branch));
      return true;
    } finally {
      lock.close();
    }
  }

  /**
   * Opens the history a storage holds.
   *
   * @throws NotFoundException if there is none
   * @throws InvalidInputException if it was written by a later version
   */
  public static History open(Storage storage) {
    if (!exists(storage)) {
      throw new NotFoundException("There is no repository here; make one with 'coral init'.");
    }
    new HistoryConfig(storage).requireKnownVersion();
    return new History(storage, new ObjectDatabase(storage));
  }

  /** Returns the settings of section {@code [coral]}, keys in lower case. */
  public SortedMap<String, String> settings() {
    return new HistoryConfig(storage).settings();
  }

  /**
   * Changes settings of section {@code [coral]}, all at once or none.
   *
   * @param changes the new value of each, nothing to remove it
   */
  public void set(Map<String, Optional<String>> changes) {
    StorageLock lock = storage.lock(LOCK);
    try {
      new HistoryConfig(storage).set(changes);
    } finally {
      lock.close();
    }
  }

  /** Returns what HEAD stands for. */
  public Head head() {
    return refs.head();
  }

  /** Returns the newest commit of a branch, or nothing if there is no such branch. */
  public Optional<CommitId> branch(String name) {
    return refs.read(RefNames.branch(name)).map(CommitId::of);
  }

  /** Returns the newest commit of every branch. */
  public SortedMap<String, CommitId> branches() {
    SortedMap<String, CommitId> all = new TreeMap<>();
    refs.list(RefNames.HEADS).forEach((name, id) -> all.put(name, CommitId.of(id)));
    return all;
  }

  /** Returns a tag, or nothing if there is no such tag. */
  public Optional<Tag> tag(String name) {
    return refs.read(RefNames.tag(name)).map(id -> tag(name, id));
  }

  /** Returns all tags by name. */
  public SortedMap<String, Tag> tags() {
    SortedMap<String, Tag> all = new TreeMap<>();
    refs.list(RefNames.TAGS).forEach((name, id) -> all.put(name, tag(name, id)));
    return all;
  }

  private Tag tag(String name, ObjectId id) {
    GitObject object = source().read(id, GitObject.ANY);
    if (object.type() != Constants.OBJ_TAG) {
      object.requireType(id, Constants.OBJ_COMMIT);
      return Tag.lightweight(name, CommitId.of(id));
    }
    try {
      return Tag.of(name, RevTag.parse(object.content()));
    } catch (CorruptObjectException | RuntimeException e) {
      throw new CorruptDataException(
          "The tag " + Quoted.name(name) + " is damaged; run 'coral fsck'.", e);
    }
  }

  /** Returns the commit HEAD stands for, or nothing before the first commit. */
  public Optional<CommitId> headCommit() {
    return head() instanceof Head.Attached attached
        ? branch(attached.branch())
        : Optional.of(((Head.Detached) head()).commit());
  }

  /**
   * Returns what a reference stood for over time, oldest first.
   *
   * @param branch a branch, or nothing for HEAD
   */
  public List<ReflogEntry> reflog(Optional<String> branch) {
    return ReflogEntry.read(storage, branch.map(RefNames::branch).orElse("HEAD"));
  }

  /**
   * Returns the references that cannot be read, {@code HEAD} among them, each with the commit at
   * which it stood by its log, if there is one.
   *
   * @see HistorySession#restoreBranches
   */
  public NavigableMap<String, Optional<CommitId>> damagedReferences() {
    return new DamagedReferences(storage, refs, this).find();
  }

  /**
   * Returns the commit a revision stands for: {@code HEAD}, a branch, a tag, a commit id or at
   * least its first four digits, {@code refs/heads/...} or {@code refs/tags/...}; each followed by
   * any number of {@code ~N} (N first parents back) and {@code ^N} (the Nth parent).
   *
   * @throws NotFoundException if there is no such commit
   * @throws InvalidInputException if an abbreviated id stands for several
   */
  public CommitId resolve(String revision) {
    return new Revisions(this).resolve(revision);
  }

  /**
   * Returns the tag a revision is; nothing if it is a branch, HEAD, a commit id or a way to one.
   */
  public Optional<Tag> tagOf(String revision) {
    return new Revisions(this).tag(revision);
  }

  /** Returns commits whose id begins with the digits. */
  List<CommitId> startingWith(String digits) {
    return database.startingWith(digits).stream()
        .filter(
            id ->
                source()
                    .find(id)
                    .filter(object -> object.type() == Constants.OBJ_COMMIT)
                    .isPresent())
        .map(CommitId::of)
        .toList();
  }

  /**
   * Returns every commit that a reference stands for, as far as they can be read, or that an entry
   * of a log can bring back. Takes no lock: what is given up meanwhile may be among them.
   */
  public Set<CommitId> namedCommits() {
    return new HistoryRoots(storage, refs, database, trees()).named();
  }

  /**
   * Returns every tensor that a reference or an entry of a log reaches, through any commit. Waits
   * for the turn to write, to see all of them as they are at one moment; the rest needs none.
   */
  public Set<TensorId> reachableTensors() {
    return new HistoryRoots(storage, refs, database, trees()).tensors(() -> storage.lock(LOCK));
  }

  /**
   * Looks for damage in the objects of the history.
   *
   * @param everything whether to read every object of every pack and compare it with its name
   * @return what is wrong
   */
  public List<HistoryDamage> check(boolean everything) {
    List<HistoryDamage> findings = new ArrayList<>();
    Set<String> checked = new HashSet<>();
    List<GitPack> packs;
    do {
      database.rescan();
      packs = database.packs();
      for (GitPack pack : packs) {
        if (!checked.contains(pack.name()) && check(pack, everything, findings)) {
          checked.add(pack.name());
        }
      }
      database.rescan();
      // What others merged meanwhile is checked where it is by now.
    } while (!database.packs().equals(packs));
    return findings;
  }

  /** Returns false if the pack was merged away meanwhile. */
  private boolean check(GitPack pack, boolean everything, List<HistoryDamage> findings) {
    try {
      pack.check(database, everything);
    } catch (CoralException e) {
      if (!database.isStillThere(pack)) {
        return false;
      }
      findings.add(
          new HistoryDamage(
              String.valueOf(e.getMessage()),
              Optional.of(GitPack.dataFile(pack.name())).filter(file -> pack.isIndexDamaged())));
    }
    return true;
  }

  /**
   * Waits for the turn to write. References read through the session are those that hold until it
   * is closed.
   */
  public HistorySession begin() {
    return begin(storage.lock(LOCK));
  }

  private HistorySession begin(StorageLock lock) {
    try {
      // What others merged or cleaned away since the last look must not pass for written.
      database.rescan();
      return new HistorySession(storage, database, refs, trees(), lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Waits for the turn to write as {@link #begin} does, and until nobody merges packs: for whoever
   * cleans up.
   */
  public HistorySession beginAlone() {
    StorageLock alone = storage.lock(MERGING);
    try {
      StorageLock turn = storage.lock(LOCK);
      return begin(
          () -> {
            try {
              turn.close();
            } finally {
              alone.close();
            }
          });
    } catch (RuntimeException e) {
      alone.close();
      throw e;
    }
  }

  /** Returns whether there are git packs to merge, as far as this process knows. */
  public boolean isSettlingDue() {
    return new PackTiers(storage, database).isDue();
  }

  /**
   * Merges git packs where there have become many. Others commit meanwhile: the turn to write is
   * taken only for the moment names change. Does nothing if somebody else is at it.
   */
  public void settle() {
    Optional<StorageLock> alone = storage.tryLock(MERGING, Duration.ZERO);
    if (alone.isPresent()) {
      try {
        new PackTiers(storage, database).settleBeside(() -> storage.lock(LOCK));
      } finally {
        alone.get().close();
      }
    }
  }

  /** Returns how many git packs there are now. */
  public int packCount() {
    database.rescan();
    return database.packs().size();
  }

  /** Closes the files that are open for reading. */
  @Override
  public void close() {
    database.close();
  }
}

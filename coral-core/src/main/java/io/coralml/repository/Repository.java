package io.coralml.repository;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.cluster.ClusterPlan;
import io.coralml.format.TensorFile;
import io.coralml.history.Author;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.history.History;
import io.coralml.history.HistorySession;
import io.coralml.history.HistoryView;
import io.coralml.history.TensorPointer;
import io.coralml.io.FileStorage;
import io.coralml.io.Storage;
import io.coralml.similarity.SimilaritySearch;
import io.coralml.store.BaseSelector;
import io.coralml.store.ObjectStore;
import io.coralml.store.RepackOptions;
import io.coralml.store.RepackReport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Version control for one model: commits of all its tensors, on branches, exact to the bit.
 *
 * <pre>{@code
 * try (Repository repo = Repository.init(folder)) {
 *   CommitId first = repo.transaction("main").put("encoder.weight", tensor).commit("initial import");
 *   Tensor same = repo.snapshot("main").tensor("encoder.weight");
 * }
 * }</pre>
 *
 * <p>Everything lies in one directory, {@value #DIRECTORY}. Any number of threads and processes may
 * use a repository at once, each process with objects of its own. Readers are never blocked by
 * writers. A commit that was acknowledged survives a crash at any moment after.
 */
public final class Repository implements AutoCloseable {
  /** The directory that holds everything, inside the folder of the repository. */
  public static final String DIRECTORY = ".coral";

  /** The branch that HEAD follows at first. */
  public static final String FIRST_BRANCH = "main";

  private final Storage storage;
  private final Clock clock;
  private final History history;
  private final RepositoryOptions options;
  private final SimilaritySearch search;
  private final ObjectStore store;
  private final Commits commits;
  private final Author author;
  private final Listeners listeners = new Listeners();
  private final CleanUpPolicy cleanUpPolicy;
  private final Executor housekeeping;

  private Repository(Storage storage, History history, Clock clock, Executor housekeeping) {
    this.housekeeping = housekeeping;
    this.storage = storage;
    this.clock = clock;
    this.history = history;
    this.options = RepositoryOptions.of(history.settings());
    this.search =
        new SimilaritySearch(storage, this::store, options.similarity(), Repack.indexMemory());
    this.store =
        ObjectStore.open(
            storage,
            options.store(clock).withBases(options.searchesBases() ? search : BaseSelector.none()),
            housekeeping);
    this.author = new Author(System.getProperty("user.name", "unknown"), "");
    this.commits = new Commits(this, author, listeners, housekeeping);
    this.cleanUpPolicy = new CleanUpPolicy(this, storage);
  }

  /**
   * Makes an empty repository in a folder, which is created when missing.
   *
   * @throws InvalidInputException if the folder holds a repository already
   */
  public static Repository init(Path folder) {
    Storage storage = storageIn(folder);
    if (!History.createIfAbsent(storage, FIRST_BRANCH)) {
      storage.close();
      throw new InvalidInputException(
          "There is a repository in '" + folder + "' already; nothing was changed.");
    }
    return open(storage, Clock.systemUTC());
  }

  /**
   * Opens the repository in a folder, which is created when missing, and makes one there when there
   * is none; of several who do so at once one makes it. Unlike {@link #open(Path)} this does not
   * look into the folders above.
   */
  public static Repository openOrInit(Path folder) {
    Storage storage = storageIn(folder);
    if (!History.exists(storage)) {
      History.createIfAbsent(storage, FIRST_BRANCH);
    }
    return open(storage, Clock.systemUTC());
  }

  private static Storage storageIn(Path folder) {
    return FileStorage.openOrCreate(folder.resolve(DIRECTORY));
  }

  /**
   * Makes an empty repository in a storage, which the repository closes when it is closed.
   *
   * @throws InvalidInputException if it holds a repository already
   */
  public static Repository init(Storage storage, Clock clock) {
    return new Repository(
        storage, History.create(storage, FIRST_BRANCH), clock, new Housekeeping());
  }

  /**
   * Opens the repository of a folder, or of the nearest folder above that has one.
   *
   * @throws NotFoundException if none of them has one
   */
  public static Repository open(Path folder) {
    return open(FileStorage.open(RepositoryFolder.find(folder)), Clock.systemUTC());
  }

  /** Opens the repository in a storage, which the repository closes when it is closed. */
  public static Repository open(Storage storage, Clock clock) {
    return open(storage, clock, new Housekeeping());
  }

  /** Opens the repository in a storage; merging packs is left to {@code housekeeping}. */
  static Repository open(Storage storage, Clock clock, Executor housekeeping) {
    return new Repository(storage, History.open(storage), clock, housekeeping);
  }

  /**
   * Begins a transaction on the branch HEAD follows.
   *
   * @throws InvalidInputException if HEAD follows no branch
   */
  public Transaction transaction() {
    if (history.head() instanceof Head.Attached attached) {
      return transaction(attached.branch());
    }
    throw new InvalidInputException(
        "HEAD follows no branch, so there is none to commit to; switch to one first.");
  }

  /** Begins a transaction on a branch; the branch is made by its first commit. */
  public Transaction transaction(String branch) {
    return new Transaction(this, branch, history.branch(branch));
  }

  /**
   * Returns the model as a commit holds it.
   *
   * @param revision see {@link History#resolve}
   * @throws NotFoundException if there is no such commit
   */
  public Snapshot snapshot(String revision) {
    return snapshot(history.resolve(revision));
  }

  /** Returns the model as a commit holds it. */
  public Snapshot snapshot(CommitId commit) {
    return new Snapshot(history, store, history.commit(commit));
  }

  /** Returns the commit a revision stands for; see {@link History#resolve}. */
  public CommitId resolve(String revision) {
    return history.resolve(revision);
  }

  /** Returns the commits that led to HEAD, newest first, lazily; none before the first commit. */
  public Iterable<Commit> log() {
    return history
        .headCommit()
        .map(id -> history.log(List.of(id), HistoryView.Order.NEWEST_FIRST))
        .orElse(List.of());
  }

  /** Returns the commits that led to a revision, newest first, lazily. */
  public Iterable<Commit> log(String revision) {
    return history.log(List.of(history.resolve(revision)), HistoryView.Order.NEWEST_FIRST);
  }

  /** Returns what HEAD stands for. */
  public Head head() {
    return history.head();
  }

  /** Returns the branches. */
  public Branches branches() {
    return new Branches(this);
  }

  /** Returns the options the repository was opened with. */
  public RepositoryOptions options() {
    return options;
  }

  /** Changes the options, durably, for whoever opens the repository from now on. */
  public void configure(RepositoryOptions changed) {
    SortedMap<String, String> defaults = RepositoryOptions.defaults().settings();
    SortedMap<String, Optional<String>> all = new TreeMap<>();
    changed
        .settings()
        .forEach(
            (key, value) ->
                all.put(key, Optional.of(value).filter(it -> !it.equals(defaults.get(key)))));
    history.set(all);
  }

  /** Returns the tags. */
  public Tags tags() {
    return new Tags(this);
  }

  /**
   * Makes HEAD follow a branch.
   *
   * @throws NotFoundException if there is no such branch
   */
  public void switchTo(String branch) {
    HeadMoves.follow(this, branch);
  }

  /**
   * Makes HEAD stand for one commit and follow no branch.
   *
   * @throws NotFoundException if there is no such commit
   */
  public void checkout(CommitId commit) {
    HeadMoves.detach(this, commit);
  }

  /** Begins a merge of a revision into a branch. */
  public MergeOperation merge(String revision) {
    return MergeOperation.merge(this, revision);
  }

  /** Begins to apply to a branch what one commit changed. */
  public MergeOperation cherryPick(String revision) {
    return MergeOperation.cherryPick(this, revision);
  }

  /** Begins to undo on a branch what one commit changed. */
  public MergeOperation revert(String revision) {
    return MergeOperation.revert(this, revision);
  }

  /**
   * Compares the models of two revisions.
   *
   * @throws NotFoundException if there is no such revision
   */
  public ModelDiff diff(String before, String after) {
    return ModelDiff.between(snapshot(before), snapshot(after), history, store);
  }

  /**
   * Returns when the packs that this object merges beside its commits are merged: for whoever
   * copies, measures or looks at the files while it is open.
   */
  public void settle() {
    if (housekeeping instanceof Housekeeping own) {
      own.await();
    }
  }

  /** Removes what nothing reaches any more; see {@link GcOptions}. */
  public GcReport gc(GcOptions options) {
    settle();
    long begun = System.nanoTime();
    GcReport report = new GarbageCollection(this, storage).run(options);
    cleanUpPolicy.cleanedUp();
    listeners.tell(
        new RepositoryEvent.CleanedUp(report, Duration.ofNanos(System.nanoTime() - begun)));
    return report;
  }

  /** Has a listener told what happens through this object from now on. */
  public void addListener(RepositoryListener listener) {
    listeners.add(listener);
  }

  /** Tells a listener nothing more. */
  public void removeListener(RepositoryListener listener) {
    listeners.remove(listener);
  }

  /** Begins to choose other bases for the stored tensors. */
  public Repack repack() {
    return new Repack(this, search);
  }

  /** Encodes tensors against the bases a plan gives them; see {@link Repack#apply}. */
  public RepackReport repack(ClusterPlan plan) {
    return repack().apply(plan, RepackOptions.defaults());
  }

  /** Looks for damage. */
  public FsckReport fsck(FsckLevel level) {
    settle();
    return new Fsck(this, storage).run(level);
  }

  /**
   * Puts branches whose files are damaged back to where their logs say they stood, durably.
   *
   * @return the branches that are back, and where
   */
  public SortedMap<String, CommitId> restoreBranches() {
    try (HistorySession session = history.begin()) {
      SortedMap<String, CommitId> restored =
          session.restoreBranches(new HistorySession.Note(author, now(), "fsck: restored"));
      session.publish();
      return restored;
    }
  }

  /** Returns where the bytes are; reads the whole history, but no tensor. */
  public RepositoryStats stats() {
    settle();
    return RepositoryStats.of(this, storage);
  }

  /** Returns the staging area. */
  public Staging staging() {
    return new Staging(this, storage);
  }

  /** Returns where the tensors are. */
  public ObjectStore store() {
    return store;
  }

  /** Returns the history underneath. */
  public History history() {
    return history;
  }

  Author author() {
    return author;
  }

  Instant now() {
    return clock.instant();
  }

  /** Makes a commit; or none and returns nothing, if it is to change something and would not. */
  Optional<CommitId> commit(Transaction transaction, String message, boolean evenIfUnchanged) {
    Optional<CommitId> made = commits.commit(transaction, message, evenIfUnchanged);
    if (made.isPresent()) {
      cleanUpPolicy.afterCommit();
    }
    return made;
  }

  /** Stores the tensors of a file; see {@link Commits#put}. */
  void put(TensorFile file, Consumer<SortedMap<String, TensorPointer>> user) {
    commits.put(file, user);
  }

  /** Waits until packs that are being merged are merged, and releases all files. */
  @Override
  public void close() {
    if (housekeeping instanceof Housekeeping own) {
      own.close();
    }
    search.close();
    store.close();
    history.close();
    storage.close();
  }

  @Override
  public String toString() {
    return "Repository[" + storage + "]";
  }
}

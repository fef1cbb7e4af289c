package io.coralml.repository;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.history.Author;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.CommitMetadata;
import io.coralml.history.Head;
import io.coralml.history.History;
import io.coralml.history.HistorySession;
import io.coralml.history.Quoted;
import io.coralml.merge.MergeStrategies;
import io.coralml.merge.MergeStrategy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A merge, cherry-pick or revert that is being described; {@link #run} does it. Durable when it
 * returns; with conflicts nothing is written, and they can be decided tensor by tensor with {@link
 * #using(String, MergeStrategy)} before running again. For one thread.
 */
public final class MergeOperation {
  private final Repository repository;
  private final Optional<CommitId> base;
  private final boolean merge;
  private final Optional<CommitId> theirs;
  private final Map<String, MergeStrategy> byName = new HashMap<>();
  private MergeStrategy strategy = MergeStrategies.fail();
  private String message;
  private boolean fastForward = true;
  private @Nullable String branch;
  private @Nullable Author author;

  private MergeOperation(
      Repository repository,
      boolean merge,
      Optional<CommitId> base,
      Optional<CommitId> theirs,
      String message) {
    this.repository = repository;
    this.merge = merge;
    this.base = base;
    this.theirs = theirs;
    this.message = message;
  }

  static MergeOperation merge(Repository repository, String revision) {
    CommitId theirs = repository.resolve(revision);
    return new MergeOperation(
        repository, true, Optional.empty(), Optional.of(theirs), "Merge " + revision);
  }

  static MergeOperation cherryPick(Repository repository, String revision) {
    Commit picked = single(repository, revision);
    return new MergeOperation(
        repository,
        false,
        picked.parents().stream().findFirst(),
        Optional.of(picked.id()),
        picked.message() + "\n\n(cherry picked from commit " + picked.id() + ")");
  }

  static MergeOperation revert(Repository repository, String revision) {
    Commit reverted = single(repository, revision);
    return new MergeOperation(
        repository,
        false,
        Optional.of(reverted.id()),
        reverted.parents().stream().findFirst(),
        "Revert \"" + reverted.subject() + "\"\n\nThis reverts commit " + reverted.id() + ".");
  }

  private static Commit single(Repository repository, String revision) {
    Commit commit = repository.history().commit(repository.resolve(revision));
    if (commit.parents().size() > 1) {
      throw new InvalidInputException(
          Quoted.name(revision)
              + " is a merge: it is not clear which side to compare it with; name the single"
              + " commits instead.");
    }
    return commit;
  }

  /** Says which branch gets the result; otherwise it is the one HEAD follows. */
  public MergeOperation into(String name) {
    branch = name;
    return this;
  }

  /** Says how tensors that both sides changed are combined; otherwise they are conflicts. */
  public MergeOperation using(MergeStrategy chosen) {
    strategy = chosen;
    return this;
  }

  /** Says how one tensor is combined if both sides changed it: how a conflict is resolved. */
  public MergeOperation using(String name, MergeStrategy chosen) {
    byName.put(name, chosen);
    return this;
  }

  /** Sets the message of the commit. */
  public MergeOperation message(String text) {
    message = text;
    return this;
  }

  /** Says who makes the commit; otherwise it is the repository's author. */
  public MergeOperation author(Author who) {
    author = who;
    return this;
  }

  /** Makes a merge commit even where moving the branch forward would do. */
  public MergeOperation noFastForward() {
    fastForward = false;
    return this;
  }

  /**
   * Does it.
   *
   * @throws NotFoundException if the branch has no commit
   * @throws io.coralml.ConflictException if somebody else changed the same tensors meanwhile
   */
  public MergeResult run() {
    String into = branch == null ? headBranch() : branch;
    History history = repository.history();
    CommitId ours =
        history
            .branch(into)
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "There is no branch "
                            + Quoted.name(into)
                            + "; 'coral branch' lists them."));
    if (!merge) {
      return apply(into, ours, base);
    }
    CommitId other = theirs.orElseThrow();
    Optional<CommitId> common = history.mergeBase(ours, other);
    if (common.equals(theirs)) {
      return new MergeResult(MergeResult.Status.UP_TO_DATE, Optional.of(ours), List.of());
    }
    if (fastForward && common.equals(Optional.of(ours))) {
      return forward(into, ours, other);
    }
    return apply(into, ours, common);
  }

  private String headBranch() {
    if (repository.head() instanceof Head.Attached attached) {
      return attached.branch();
    }
    throw new InvalidInputException(
        "HEAD follows no branch, so there is none to change; switch to one first.");
  }

  private Author who() {
    return author == null ? repository.author() : author;
  }

  private MergeResult forward(String into, CommitId ours, CommitId other) {
    HistorySession.Note note =
        new HistorySession.Note(who(), repository.now(), "merge: Fast-forward");
    Salvage.refer(
        repository, other, session -> session.moveBranch(into, Optional.of(ours), other, note));
    return new MergeResult(MergeResult.Status.FAST_FORWARD, Optional.of(other), List.of());
  }

  private MergeResult apply(String into, CommitId ours, Optional<CommitId> common) {
    ThreeWayChange change =
        ThreeWayChange.of(
            repository.history(),
            repository.store(),
            common,
            ours,
            theirs,
            name -> byName.getOrDefault(name, strategy));
    if (!change.conflicts().isEmpty()) {
      return new MergeResult(MergeResult.Status.CONFLICTS, Optional.empty(), change.conflicts());
    }
    if (!merge && change.taken().isEmpty() && change.combined().isEmpty()) {
      return new MergeResult(MergeResult.Status.UP_TO_DATE, Optional.of(ours), List.of());
    }
    try (Transaction transaction = new Transaction(repository, into, Optional.of(ours))) {
      change.combined().forEach((name, it) -> transaction.put(name, it.source(), it.attributes()));
      transaction.staged(new ModelChanges(change.taken(), false), new TreeMap<>()).author(who());
      if (merge) {
        CommitId other = theirs.orElseThrow();
        PendingCommit.requireThere(repository.history(), other);
        transaction.modelMetadata(missingMetadata(ours, other)).mergedFrom(other);
      }
      Optional<CommitId> id = repository.commit(transaction, message, true);
      return new MergeResult(MergeResult.Status.MERGED, id, List.of());
    }
  }

  private Map<String, String> missingMetadata(CommitId ours, CommitId other) {
    CommitMetadata mine = repository.history().metadata(ours);
    Map<String, String> missing = new TreeMap<>(repository.history().metadata(other).model());
    missing.keySet().removeAll(mine.model().keySet());
    return missing;
  }
}

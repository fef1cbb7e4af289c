package io.coralml.repository;

import io.coralml.ConflictException;
import io.coralml.CoralException;
import io.coralml.NotFoundException;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.CommitMetadata;
import io.coralml.history.HistorySession;
import io.coralml.history.HistoryView;
import io.coralml.history.Quoted;
import io.coralml.history.TensorPointer;
import io.coralml.store.PutBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A commit whose tensors are in the store and that waits for its turn to be written, possibly
 * together with others. Its outcome is set by whoever leads the group, and read by the thread that
 * waits for it.
 *
 * @see GroupCommitter
 */
final class PendingCommit {
  private final String branch;
  private final Optional<CommitId> base;
  private final List<CommitId> otherParents;
  private final ModelChanges changes;
  private final CommitMetadata notes;
  private final Author author;
  private final Instant time;
  private final String message;
  private final boolean evenIfUnchanged;

  // Guarded by the group committer.
  private Optional<CommitId> result = Optional.empty();
  private @Nullable RuntimeException failure;
  private boolean done;

  PendingCommit(
      String branch,
      Optional<CommitId> base,
      List<CommitId> otherParents,
      ModelChanges changes,
      CommitMetadata notes,
      Author author,
      Instant time,
      String message,
      boolean evenIfUnchanged) {
    this.branch = branch;
    this.base = base;
    this.otherParents = List.copyOf(otherParents);
    this.changes = changes;
    this.notes = notes;
    this.author = author;
    this.time = time;
    this.message = message;
    this.evenIfUnchanged = evenIfUnchanged;
  }

  /**
   * Makes the commit in a session, on top of whatever the branch holds by now.
   *
   * @param batch the tensors are in; it also keeps those of commits that are merged
   * @return the commit; nothing if there would be no change, and none is to be made then
   * @throws ConflictException if both sides changed the same tensor differently
   */
  Optional<CommitId> writeTo(HistorySession session, PutBatch batch) {
    Optional<CommitId> head = session.branch(branch);
    Set<String> names = changes.replace() ? head.map(session::names).orElse(Set.of()) : Set.of();
    Map<String, Optional<TensorPointer>> applied = changes.appliedTo(names);
    requireNoConflict(session, head, applied);
    requireRemovable(session, head);
    List<CommitId> parents = new ArrayList<>(head.stream().toList());
    for (CommitId other : otherParents) {
      requireThere(session, other);
      Salvage.keep(session, session.adrift(other), batch);
    }
    parents.addAll(otherParents);
    SortedMap<String, String> model =
        new TreeMap<>(head.map(id -> session.metadata(id).model()).orElse(new TreeMap<>()));
    model.putAll(notes.model());
    if (!evenIfUnchanged && changesNothing(session, head, applied, model)) {
      return Optional.empty();
    }
    CommitMetadata metadata = new CommitMetadata(notes.commit(), model);
    CommitId id = session.commit(parents, applied, metadata, author, time, message);
    int end = message.indexOf('\n');
    String subject = end < 0 ? message : message.substring(0, end);
    String reason = (head.isEmpty() ? "commit (initial): " : "commit: ") + subject;
    session.moveBranch(branch, head, id, new HistorySession.Note(author, time, reason));
    return Optional.of(id);
  }

  private boolean changesNothing(
      HistoryView view,
      Optional<CommitId> head,
      Map<String, Optional<TensorPointer>> applied,
      SortedMap<String, String> model) {
    return head.isPresent()
        && otherParents.isEmpty()
        && notes.commit().isEmpty()
        && model.equals(view.metadata(head.get()).model())
        && applied.entrySet().stream()
            .allMatch(each -> view.pointer(head.get(), each.getKey()).equals(each.getValue()));
  }

  private void requireNoConflict(
      HistoryView view, Optional<CommitId> head, Map<String, Optional<TensorPointer>> applied) {
    if (head.equals(base)) {
      return;
    }
    if (head.isEmpty() || (base.isPresent() && !leadsTo(view, base.get(), head.get()))) {
      throw new ConflictException(
          "The branch "
              + Quoted.name(branch)
              + " was moved back or deleted meanwhile; look at it and begin again.",
          List.of(branch));
    }
    Set<String> conflicts = new TreeSet<>();
    for (String name : view.differing(base, head, applied.keySet())) {
      if (!view.pointer(head.get(), name).equals(applied.get(name))) {
        conflicts.add(name);
      }
    }
    if (!conflicts.isEmpty()) {
      throw new ConflictException(
          "Another commit to "
              + Quoted.name(branch)
              + " changed the same tensors: "
              + Listing.of(conflicts)
              + "; look at the new commit and begin again.",
          List.copyOf(conflicts));
    }
  }

  private static boolean leadsTo(HistoryView view, CommitId from, CommitId to) {
    return view.contains(from) && view.isAncestor(from, to);
  }

  /**
   * Checks that a commit to be merged was not cleaned away meanwhile.
   *
   * @throws NotFoundException if it was
   */
  static void requireThere(HistoryView view, CommitId other) {
    if (!view.contains(other)) {
      throw new NotFoundException(
          "The commit "
              + other.abbreviated()
              + " that was to be merged has been cleaned away meanwhile; nothing was changed.");
    }
  }

  private void requireRemovable(HistoryView view, Optional<CommitId> head) {
    for (Map.Entry<String, Optional<TensorPointer>> change : changes.tensors().entrySet()) {
      boolean there =
          change.getValue().isPresent()
              || base.flatMap(id -> view.pointer(id, change.getKey())).isPresent()
              || head.flatMap(id -> view.pointer(id, change.getKey())).isPresent();
      if (!there) {
        throw new NotFoundException(
            "There is no tensor " + Quoted.name(change.getKey()) + " to remove.");
      }
    }
  }

  void succeed(Optional<CommitId> made) {
    result = made;
    done = true;
  }

  void fail(RuntimeException because) {
    failure = because;
    done = true;
  }

  boolean isDone() {
    return done;
  }

  /** Returns the commit; nothing if it would have changed nothing and was not made. */
  Optional<CommitId> outcome() {
    if (failure != null) {
      throw failure;
    }
    if (!done) {
      throw new CoralException("A commit was neither written nor refused; this is a defect.");
    }
    return result;
  }
}

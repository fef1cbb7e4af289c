package io.coralml.repository;

import io.coralml.NotFoundException;
import io.coralml.history.CommitId;
import io.coralml.history.HistorySession;
import io.coralml.history.Quoted;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The branches of a repository: names that stand for a newest commit each. Every movement is
 * durable when the method returns. Thread-safe.
 */
public final class Branches {
  private final Repository repository;

  Branches(Repository repository) {
    this.repository = repository;
  }

  /** Returns the newest commit of every branch. */
  public SortedMap<String, CommitId> all() {
    return repository.history().branches();
  }

  /** Returns the newest commit of a branch, or nothing if there is no such branch. */
  public Optional<CommitId> find(String name) {
    return repository.history().branch(name);
  }

  /**
   * Makes a branch.
   *
   * @throws io.coralml.ConflictException if there is one of that name
   * @throws io.coralml.InvalidInputException if no branch can have that name
   * @throws NotFoundException if there is no such commit
   */
  public void create(String name, CommitId at) {
    requireCommit(at);
    session(session -> session.moveBranch(name, Optional.empty(), at, note("branch: Created")));
  }

  /**
   * Moves a branch to any commit, provided it stands where the caller believes.
   *
   * @throws io.coralml.ConflictException if it stands elsewhere
   */
  public void move(String name, CommitId expected, CommitId to) {
    requireCommit(to);
    session(
        session ->
            session.moveBranch(name, Optional.of(expected), to, note("branch: Reset to " + to)));
  }

  /**
   * Deletes a branch; its commits stay until a clean-up finds that nothing else reaches them.
   *
   * @throws NotFoundException if there is no such branch
   * @throws io.coralml.InvalidInputException if HEAD follows it
   */
  public void delete(String name) {
    session(session -> session.deleteBranch(name, note("branch: Deleted")));
  }

  private void requireCommit(CommitId id) {
    if (!repository.history().contains(id)) {
      throw new NotFoundException("There is no commit " + Quoted.name(id.hex()) + ".");
    }
  }

  private HistorySession.Note note(String reason) {
    return new HistorySession.Note(repository.author(), repository.now(), reason);
  }

  private void session(Consumer<HistorySession> action) {
    try (HistorySession session = repository.history().begin()) {
      action.accept(session);
      session.publish();
    }
  }
}

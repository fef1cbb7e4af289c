package io.coralml.repository;

import io.coralml.NotFoundException;
import io.coralml.history.CommitId;
import io.coralml.history.HistorySession;
import java.util.Optional;
import java.util.SortedMap;

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
    Salvage.refer(
        repository,
        at,
        session -> session.moveBranch(name, Optional.empty(), at, note("branch: Created")));
  }

  /**
   * Moves a branch to any commit, provided it stands where the caller believes.
   *
   * @throws io.coralml.ConflictException if it stands elsewhere
   * @throws NotFoundException if there is no such commit
   */
  public void move(String name, CommitId expected, CommitId to) {
    Salvage.refer(
        repository,
        to,
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
    try (HistorySession session = repository.history().begin()) {
      session.deleteBranch(name);
      session.publish();
    }
  }

  private HistorySession.Note note(String reason) {
    return new HistorySession.Note(repository.author(), repository.now(), reason);
  }
}

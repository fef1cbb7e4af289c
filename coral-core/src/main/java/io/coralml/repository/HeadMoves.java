package io.coralml.repository;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.history.HistorySession;
import io.coralml.history.Quoted;
import java.util.Optional;

/**
 * Points HEAD elsewhere. That mends a damaged HEAD, too, so what it stood for need not be known.
 */
final class HeadMoves {
  private HeadMoves() {}

  static void follow(Repository repository, String branch) {
    try (HistorySession session = repository.history().begin()) {
      CommitId target =
          session
              .branch(branch)
              .orElseThrow(
                  () ->
                      new NotFoundException(
                          "There is no branch "
                              + Quoted.name(branch)
                              + "; make it with 'coral branch'."));
      move(repository, session, new Head.Attached(branch), target);
      session.publish();
    }
  }

  static void detach(Repository repository, CommitId commit) {
    Salvage.refer(
        repository,
        commit,
        session -> move(repository, session, new Head.Detached(commit), commit));
  }

  private static void move(
      Repository repository, HistorySession session, Head head, CommitId target) {
    session.moveHead(
        head,
        before(repository),
        Optional.of(target),
        new HistorySession.Note(
            repository.author(), repository.now(), "checkout: moving to " + target));
  }

  private static Optional<CommitId> before(Repository repository) {
    try {
      return repository.history().headCommit();
    } catch (CorruptDataException e) {
      return Optional.empty(); // fsck says so; the log has the commit.
    }
  }
}

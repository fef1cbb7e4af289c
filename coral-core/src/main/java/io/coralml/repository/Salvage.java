package io.coralml.repository;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.history.CommitId;
import io.coralml.history.HistorySession;
import io.coralml.store.PutBatch;
import java.util.List;

/**
 * Lets references lead to commits that perhaps nothing leads to any more. A clean-up may be about
 * to remove them and their tensors; whoever refers to them keeps it from that until he has done so,
 * or is told that he comes too late.
 */
final class Salvage {
  private Salvage() {}

  /** A change of references, in a turn to write. */
  interface Move {
    void in(HistorySession session);
  }

  /**
   * Makes a reference lead to a commit, durably.
   *
   * @throws NotFoundException if the commit is not there, or something it refers to
   */
  static void refer(Repository repository, CommitId to, Move move) {
    try (HistorySession session = repository.history().begin()) {
      List<CommitId> adrift = session.adrift(to);
      if (adrift.isEmpty()) {
        move.in(session);
        session.publish();
        return;
      }
      try (PutBatch batch = repository.store().begin()) {
        keep(session, adrift, batch);
        move.in(session);
        session.publish(List.of(batch));
      }
    }
  }

  /**
   * Sees to it that the tensors of commits stay until a batch is closed.
   *
   * @throws NotFoundException if one is not there any more
   */
  static void keep(HistorySession session, List<CommitId> adrift, PutBatch batch) {
    for (CommitId commit : adrift) {
      try {
        session.forEachPointer(commit, (name, pointer) -> batch.keep(pointer.id()));
      } catch (CorruptDataException e) {
        throw new NotFoundException(
            "Parts of the commit "
                + commit.abbreviated()
                + " are missing, perhaps cleaned away; nothing was changed.",
            e);
      }
    }
  }
}

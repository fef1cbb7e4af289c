package io.coralml.repository;

import io.coralml.history.CommitId;
import java.util.List;
import java.util.Optional;

/**
 * What a merge, cherry-pick or revert came to.
 *
 * @param status how it ended
 * @param commit the commit the branch stands at; nothing when there are conflicts
 * @param conflicts what has to be decided first; empty unless the status says so
 */
public record MergeResult(Status status, Optional<CommitId> commit, List<MergeConflict> conflicts) {
  /** How a merge ended. */
  public enum Status {
    /** The branch held everything already; nothing was written. */
    UP_TO_DATE,
    /** The branch was moved forward; no commit was made. */
    FAST_FORWARD,
    /** A commit was made. */
    MERGED,
    /** Both sides changed the same tensors; nothing was written. */
    CONFLICTS
  }

  /** Keeps a copy of the list. */
  public MergeResult {
    conflicts = List.copyOf(conflicts);
  }

  /** Returns whether the branch now holds what was asked for. */
  public boolean isDone() {
    return status != Status.CONFLICTS;
  }
}

package io.coralml.training;

import io.coralml.history.CommitId;
import java.time.Instant;

/**
 * A state of a training run that is in the repository, durably.
 *
 * @param run the name of the run
 * @param number its place among all checkpoints the run ever made, from 1
 * @param commit the commit that holds weights and state; it never changes
 * @param time when the state was offered, to the millisecond
 * @param milestone whether it is kept for good, on the run's branch
 * @param state counts and figures, without the tensors; {@link CheckpointManager#restore} gives all
 */
public record Checkpoint(
    String run, int number, CommitId commit, Instant time, boolean milestone, TrainingState state) {

  /** Returns the tag that keeps the checkpoint. */
  public String tag() {
    return CheckpointLog.tag(run, number);
  }
}

package io.coralml.training;

/**
 * Told of what becomes of checkpoints. Called by the background thread, except {@link #postponed};
 * what a listener throws after a checkpoint is saved is reported as that, and the checkpoint stays.
 */
public interface CheckpointListener {
  /** A checkpoint is durable: it survives a crash and a power loss from now on. */
  default void saved(Checkpoint checkpoint) {}

  /** A checkpoint is not kept any longer. */
  default void removed(Checkpoint checkpoint) {}

  /**
   * A checkpoint was due and there was no room to copy it, because earlier ones are still being
   * written. It stays due: the next state that is offered may be saved instead. Called by the
   * thread that trains.
   */
  default void postponed(TrainingState state) {}
}

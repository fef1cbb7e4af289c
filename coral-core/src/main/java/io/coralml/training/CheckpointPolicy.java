package io.coralml.training;

import io.coralml.InvalidInputException;
import java.time.Duration;
import java.time.Instant;

/**
 * Says when a checkpoint is due. A pure function of what was saved, the state that is offered, and
 * the time: the same run under the same policy saves the same states.
 *
 * <p>Whoever trains may offer every step, every tenth, or only the ends of epochs: a policy that
 * asks for every 100 steps is due at the first state offered at or behind each multiple of 100.
 */
@FunctionalInterface
public interface CheckpointPolicy {
  /**
   * Returns whether to save a state.
   *
   * @param saved what the run has saved so far
   * @param state the state that is offered
   * @param now the time
   */
  boolean isDue(Progress saved, TrainingState state, Instant now);

  /** Saves once for every so many steps. */
  static CheckpointPolicy everySteps(long steps) {
    requirePositive("steps", steps);
    return (saved, state, now) -> state.step() / steps > saved.step() / steps;
  }

  /** Saves once for every so many epochs. */
  static CheckpointPolicy everyEpochs(long epochs) {
    requirePositive("epochs", epochs);
    return (saved, state, now) -> state.epoch() / epochs > saved.epoch() / epochs;
  }

  /** Saves when so much time has passed since the last checkpoint, or since the run began. */
  static CheckpointPolicy every(Duration interval) {
    requirePositive("nanoseconds", interval.isNegative() ? -1 : interval.toNanos());
    return (saved, state, now) -> !now.isBefore(saved.time().plus(interval));
  }

  /**
   * Saves when a figure is better than in every checkpoint so far. A figure that is missing or NaN
   * is never better.
   *
   * @param figure the name of a metric, or {@value TrainingState#LOSS}
   */
  static CheckpointPolicy onBest(String figure, Goal goal) {
    return (saved, state, now) -> {
      double best = saved.best(figure, goal);
      return state.figure(figure).isPresent()
          && (Double.isNaN(best) || goal.isBetter(state.figure(figure).getAsDouble(), best));
    };
  }

  /** Never saves by itself; {@link CheckpointManager#save} still does. */
  static CheckpointPolicy never() {
    return (saved, state, now) -> false;
  }

  /** Returns a policy that saves whenever this one or the other one does. */
  default CheckpointPolicy or(CheckpointPolicy other) {
    return (saved, state, now) -> isDue(saved, state, now) || other.isDue(saved, state, now);
  }

  private static void requirePositive(String what, long count) {
    if (count < 1) {
      throw new InvalidInputException(
          "A checkpoint every " + count + " " + what + " makes no sense; give 1 or more.");
    }
  }
}

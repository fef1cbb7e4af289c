package io.coralml.training;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * What a run has saved so far, as far as a policy needs to know: a fold over its checkpoints.
 *
 * @param epoch of the newest checkpoint; 0 when there is none
 * @param step of the newest checkpoint; 0 when there is none
 * @param time of the newest checkpoint, or when the run was begun or taken up again, whichever is
 *     later
 * @param lowest the lowest value of each figure in any checkpoint so far
 * @param highest the highest value of each
 */
public record Progress(
    long epoch,
    long step,
    Instant time,
    SortedMap<String, Double> lowest,
    SortedMap<String, Double> highest) {

  /** Copies the maps. */
  public Progress {
    lowest = Collections.unmodifiableSortedMap(new TreeMap<>(lowest));
    highest = Collections.unmodifiableSortedMap(new TreeMap<>(highest));
  }

  /** Returns what a run has saved that has just begun. */
  public static Progress begun(Instant time) {
    return new Progress(0, 0, time, new TreeMap<>(), new TreeMap<>());
  }

  /** Returns the progress after one more checkpoint. */
  public Progress after(TrainingState saved, Instant at) {
    return new Progress(
        saved.epoch(),
        saved.step(),
        at.isAfter(time) ? at : time,
        with(lowest, saved, Math::min),
        with(highest, saved, Math::max));
  }

  /** Returns the progress of a run that is taken up again. */
  Progress takenUp(Instant at) {
    return new Progress(epoch, step, at.isAfter(time) ? at : time, lowest, highest);
  }

  private static SortedMap<String, Double> with(
      SortedMap<String, Double> known, TrainingState saved, BinaryOperator<Double> better) {
    TreeMap<String, Double> all = new TreeMap<>(known);
    saved.figure(TrainingState.LOSS).ifPresent(loss -> all.merge(TrainingState.LOSS, loss, better));
    for (Map.Entry<String, Double> metric : saved.metrics().entrySet()) {
      if (!metric.getValue().isNaN()) {
        all.merge(metric.getKey(), metric.getValue(), better);
      }
    }
    return all;
  }

  /** Returns the best value of a figure so far; NaN when it has none. */
  double best(String figure, Goal goal) {
    return (goal == Goal.MIN ? lowest : highest).getOrDefault(figure, Double.NaN);
  }
}

package io.coralml.training;

import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a training run stands: everything beside the weights that it needs to go on exactly as if
 * it had never stopped. Every number comes back as it was; a NaN comes back as a NaN.
 *
 * @param epoch epochs completed so far
 * @param step optimiser steps completed so far
 * @param loss the loss that is watched; NaN when there is none yet
 * @param learningRate of the next step; NaN when it is not recorded
 * @param metrics further figures by name; names have no control characters
 * @param seeds seeds and counters of random generators by name
 * @param tensors the optimiser's state and whatever else is too large for a number, by name; read
 *     when a checkpoint is due, and only then
 */
public record TrainingState(
    long epoch,
    long step,
    double loss,
    double learningRate,
    SortedMap<String, Double> metrics,
    SortedMap<String, Long> seeds,
    Map<String, TensorSource> tensors) {

  /** The name under which policies find the loss. */
  public static final String LOSS = "loss";

  /** Copies the maps and checks the numbers. */
  public TrainingState {
    if (epoch < 0 || step < 0) {
      throw new InvalidInputException(
          "Epoch and step count what is completed and are not negative; they are "
              + epoch
              + " and "
              + step
              + ".");
    }
    if (metrics.containsKey(LOSS)) {
      throw new InvalidInputException(
          "The metric 'loss' is the loss itself; give it to loss() or call the metric otherwise.");
    }
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    seeds = Collections.unmodifiableSortedMap(new TreeMap<>(seeds));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** Returns a state with nothing but the two counts. */
  public static TrainingState at(long epoch, long step) {
    return new TrainingState(
        epoch, step, Double.NaN, Double.NaN, new TreeMap<>(), new TreeMap<>(), Map.of());
  }

  /** Returns this state with another loss. */
  public TrainingState loss(double value) {
    return new TrainingState(epoch, step, value, learningRate, metrics, seeds, tensors);
  }

  /** Returns this state with another learning rate. */
  public TrainingState learningRate(double value) {
    return new TrainingState(epoch, step, loss, value, metrics, seeds, tensors);
  }

  /** Returns this state with one more metric. */
  public TrainingState metric(String name, double value) {
    TreeMap<String, Double> more = new TreeMap<>(metrics);
    more.put(name, value);
    return new TrainingState(epoch, step, loss, learningRate, more, seeds, tensors);
  }

  /** Returns this state with one more seed. */
  public TrainingState seed(String name, long value) {
    TreeMap<String, Long> more = new TreeMap<>(seeds);
    more.put(name, value);
    return new TrainingState(epoch, step, loss, learningRate, metrics, more, tensors);
  }

  /** Returns this state with other tensors. */
  public TrainingState tensors(Map<String, ? extends TensorSource> others) {
    return new TrainingState(
        epoch, step, loss, learningRate, metrics, seeds, new LinkedHashMap<>(others));
  }

  /** Returns a metric by name, {@value #LOSS} being the loss; nothing if it is missing or NaN. */
  public OptionalDouble figure(String name) {
    double value = name.equals(LOSS) ? loss : metrics.getOrDefault(name, Double.NaN);
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Returns this state's counts and figures, without its tensors. */
  public TrainingState withoutTensors() {
    return tensors(Map.of());
  }
}

package io.coralml.training;

import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingResult;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.util.Pair;
import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checkpoints of a training run of the Deep Java Library (ai.djl 0.35, which the program brings).
 * One line makes them:
 *
 * <pre>{@code
 * DjlCheckpoints saving = DjlCheckpoints.addTo(config, checkpoints);
 * }</pre>
 *
 * <p>and one more, after the trainer is initialised, goes on where an earlier process ended: {@code
 * saving.resume(trainer)}. A state is offered at every batch and at every end of an epoch, with the
 * evaluations of the listeners that were there before: those of training under their names, those
 * of validation behind {@code validate_}; the loss is the training loss of the epoch. Saved and
 * restored exactly: all parameters, the optimiser's state, the counts. The random generators of the
 * engine are out of reach: set a seed at the beginning of each epoch if shuffling and dropout must
 * repeat.
 *
 * <p>For the thread that trains. The {@link CheckpointManager} is not closed by this.
 */
public final class DjlCheckpoints extends TrainingListenerAdapter {
  private static final String TRAIN = "train_";
  private static final String VALIDATE = "validate_";

  private final CheckpointManager checkpoints;
  private final DjlOptimizerState optimizer;
  private long epoch;
  private long step;

  private DjlCheckpoints(CheckpointManager checkpoints, DjlOptimizerState optimizer) {
    this.checkpoints = checkpoints;
    this.optimizer = optimizer;
  }

  /** Adds checkpoints to a training configuration, behind the listeners it has. */
  public static DjlCheckpoints addTo(DefaultTrainingConfig config, CheckpointManager checkpoints) {
    DjlCheckpoints listener =
        new DjlCheckpoints(checkpoints, new DjlOptimizerState(config.getOptimizer()));
    config.addTrainingListeners(listener);
    return listener;
  }

  /**
   * Sets a trainer to the newest checkpoint, if there is one.
   *
   * @param trainer initialised, of a network built as the one that was saved
   * @return where the run stands now; nothing if it is at its beginning
   * @throws InvalidInputException if the network is another one
   */
  public Optional<TrainingState> resume(Trainer trainer) {
    return checkpoints.latest().map(latest -> restore(trainer, latest));
  }

  /**
   * Sets a trainer to a checkpoint.
   *
   * @throws InvalidInputException if the network is another one
   */
  public TrainingState restore(Trainer trainer, Checkpoint checkpoint) {
    Restored restored = checkpoints.restore(checkpoint);
    Map<String, Parameter> parameters = parameters(trainer);
    if (!parameters.keySet().equals(restored.weights().keySet())) {
      throw new InvalidInputException(
          "The checkpoint is of a network with other parameters: it has "
              + restored.weights().size()
              + " and this one "
              + parameters.size()
              + "; build the network as it was.");
    }
    parameters.forEach(
        (name, parameter) ->
            DjlArrays.set(name, parameter.getArray(), restored.weights().get(name)));
    optimizer.restore(trainer, restored.state().tensors());
    epoch = restored.state().epoch();
    step = restored.state().step();
    return restored.state();
  }

  private static Map<String, Parameter> parameters(Trainer trainer) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    for (Pair<String, Parameter> each : trainer.getModel().getBlock().getParameters()) {
      all.put(each.getKey(), each.getValue());
    }
    return all;
  }

  private static Map<String, TensorSource> weights(Trainer trainer) {
    Map<String, TensorSource> weights = new LinkedHashMap<>();
    parameters(trainer)
        .forEach((name, each) -> weights.put(name, DjlArrays.source(each.getArray())));
    return weights;
  }

  /** The library calls this before it makes the step of the batch. */
  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    if (step > 0) {
      offer(trainer);
    }
    step++;
  }

  @Override
  public void onEpoch(Trainer trainer) {
    epoch++;
    offer(trainer);
  }

  private void offer(Trainer trainer) {
    TrainingState counts = TrainingState.at(epoch, step);
    checkpoints.offer(
        figures(counts, trainer.getTrainingResult(), trainer.getLoss().getName())
            .tensors(optimizer.tensors(trainer)),
        () -> weights(trainer));
  }

  private static TrainingState figures(TrainingState counts, TrainingResult result, String loss) {
    TrainingState state = counts;
    Map<String, Float> evaluations =
        result.getEvaluations() == null ? Map.of() : new TreeMap<>(result.getEvaluations());
    for (Map.Entry<String, Float> each : evaluations.entrySet()) {
      if (each.getValue() != null) {
        String name = each.getKey();
        boolean training = name.startsWith(TRAIN);
        String plain = training ? name.substring(TRAIN.length()) : name;
        state =
            training && plain.equals(loss)
                ? state.loss(each.getValue())
                : state.metric(plain.equals(TrainingState.LOSS) ? name : plain, each.getValue());
      }
    }
    return state;
  }

  /** Returns the name of the validation's figure, for policies: {@code validate_} and its name. */
  public static String validation(String evaluator) {
    return VALIDATE + evaluator;
  }
}

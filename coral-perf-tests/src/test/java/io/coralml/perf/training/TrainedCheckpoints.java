package io.coralml.perf.training;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import io.coralml.training.Checkpoint;
import io.coralml.training.CheckpointManager;
import io.coralml.training.CheckpointOptions;
import io.coralml.training.DjlCheckpoints;
import io.coralml.training.Restored;
import io.coralml.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checkpoints of a real run: a network of two layers learns {@link Digits}, epoch by epoch, and
 * every epoch is a checkpoint with the optimiser's state. The same run each time on one machine;
 * engines do not promise the same last bits on another.
 */
public final class TrainedCheckpoints {
  private static final String ENGINE = "PyTorch";
  private static final int SEED = 20_261_101;
  private static final int PICTURES = 4_000;
  private static final int BATCH = 50;
  private static final int HIDDEN = 256;

  private TrainedCheckpoints() {}

  /** How the network learns. */
  public enum Method {
    /** Adam, learning rate 0.004. */
    ADAM,
    /** Stochastic gradient descent with momentum 0.9, learning rate 0.1. */
    SGD
  }

  /**
   * One checkpoint, in memory.
   *
   * @param state counts and figures
   * @param weights the network's parameters
   * @param optimizer the optimiser's state
   */
  public record Saved(
      TrainingState state, Map<String, Tensor> weights, Map<String, Tensor> optimizer) {}

  /** Returns whether there is an engine to train with. */
  public static boolean isAvailable() {
    return Engine.getAllEngines().contains(ENGINE);
  }

  /** Trains from the beginning and returns the checkpoints of all epochs, oldest first. */
  public static List<Saved> train(Repository repository, Method method, int epochs) {
    CheckpointOptions options = CheckpointOptions.defaults().waitingForRoom();
    try (CheckpointManager checkpoints =
        CheckpointManager.open(repository, "digits-" + method, options)) {
      train(checkpoints, method, epochs);
      checkpoints.flush();
      List<Saved> all = new ArrayList<>();
      for (Checkpoint each : checkpoints.checkpoints()) {
        Restored restored = checkpoints.restore(each);
        all.add(
            new Saved(each.state(), read(restored.weights()), read(restored.state().tensors())));
      }
      return all;
    }
  }

  private static Map<String, Tensor> read(Map<String, TensorSource> sources) {
    Map<String, Tensor> read = new LinkedHashMap<>();
    sources.forEach((name, source) -> read.put(name, Tensor.copyOf(source)));
    return read;
  }

  /**
   * Trains up to an epoch, going on from the newest checkpoint if there is one.
   *
   * @return the parameters at the end
   */
  static Map<String, Tensor> train(CheckpointManager checkpoints, Method method, int epochs) {
    Engine engine = Engine.getEngine(ENGINE);
    engine.setRandomSeed(SEED);
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optOptimizer(optimizer(method))
            .addEvaluator(new Accuracy())
            .addTrainingListeners(new EvaluatorTrainingListener());
    DjlCheckpoints saving = DjlCheckpoints.addTo(config, checkpoints);
    try (Model model = Model.newInstance("digits", ENGINE)) {
      model.setBlock(network());
      try (Trainer trainer = model.newTrainer(config);
          NDManager data = trainer.getManager().newSubManager()) {
        trainer.setMetrics(new Metrics());
        trainer.initialize(new Shape(BATCH, Digits.SIDE * Digits.SIDE));
        long done = saving.resume(trainer).map(TrainingState::epoch).orElse(0L);
        EasyTrain.fit(trainer, (int) (epochs - done), dataset(data, SEED), dataset(data, SEED + 1));
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        model
            .getBlock()
            .getParameters()
            .forEach(
                each ->
                    parameters.put(
                        each.getKey(),
                        Tensor.of(
                            each.getValue().getArray().toFloatArray(),
                            each.getValue().getArray().getShape().getShape())));
        return parameters;
      }
    } catch (IOException | TranslateException e) {
      throw new IllegalStateException("Pictures in memory can always be read.", e);
    }
  }

  private static Optimizer optimizer(Method method) {
    return switch (method) {
      case ADAM -> Adam.builder().optLearningRateTracker(Tracker.fixed(0.004f)).build();
      case SGD ->
          Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).optMomentum(0.9f).build();
    };
  }

  private static SequentialBlock network() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(HIDDEN).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(Digits.CLASSES).build());
  }

  /** In one order, so that a run that is taken up again sees what it would have seen. */
  private static ArrayDataset dataset(NDManager manager, long seed) {
    Digits digits = Digits.draw(PICTURES, seed);
    return new ArrayDataset.Builder()
        .setData(
            manager.create(digits.pixels(), new Shape(digits.count(), Digits.SIDE * Digits.SIDE)))
        .optLabels(manager.create(digits.labels()))
        .setSampling(BATCH, false)
        .build();
  }
}

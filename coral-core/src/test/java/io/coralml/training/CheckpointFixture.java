package io.coralml.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.crash.SetClock;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A repository in memory, a clock that stands, and a run whose state follows from its step. */
abstract class CheckpointFixture {
  static final String RUN = "mnist";
  static final CheckpointOptions OPTIONS =
      CheckpointOptions.defaults().saving(CheckpointPolicy.everySteps(1)).waitingForRoom();

  final SetClock clock = new SetClock();
  final MemoryStorage storage = new MemoryStorage();
  Repository repository;

  @BeforeEach
  void makeRepository() {
    repository = Repository.init(storage, clock);
  }

  @AfterEach
  void closeRepository() {
    repository.close();
  }

  final CheckpointManager open(CheckpointOptions options) {
    return CheckpointManager.open(repository, RUN, options.clock(clock));
  }

  /** Weights that differ from step to step as those of a network in training do. */
  static Map<String, Tensor> weights(long step) {
    Random random = new Random(7);
    float[] matrix = new float[6_000];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) random.nextGaussian();
    }
    Random change = new Random(step);
    for (int i = 0; i < 600; i++) {
      matrix[change.nextInt(matrix.length)] += 0.001f * step;
    }
    return Map.of(
        "dense.weight", Tensor.of(matrix, 60, 100), "dense.bias", Tensor.of(new float[] {step}));
  }

  static TrainingState state(long step) {
    return TrainingState.at(step / 10, step)
        .loss(1.0 / (step + 1))
        .learningRate(0.1 * step)
        .metric("accuracy", Math.sqrt((double) step))
        .seed("shuffle", 31 * step)
        .tensors(Map.of("adam.m", Tensor.of(new double[] {step, Double.NaN, -0.0})));
  }

  static void train(CheckpointManager checkpoints, long first, long last) {
    for (long step = first; step <= last; step++) {
      long now = step;
      checkpoints.offer(state(step), () -> weights(now));
    }
  }

  static void assertExact(CheckpointManager checkpoints, Checkpoint checkpoint) {
    Restored restored = checkpoints.restore(checkpoint);
    long step = checkpoint.state().step();
    assertThat(restored.state().withoutTensors()).isEqualTo(state(step).withoutTensors());
    assertThat(restored.state().tensors().keySet()).containsExactly("adam.m");
    assertThat(Tensor.copyOf(restored.state().tensors().get("adam.m")))
        .isEqualTo(state(step).tensors().get("adam.m"));
    assertThat(restored.weights().keySet()).isEqualTo(weights(step).keySet());
    weights(step)
        .forEach(
            (name, tensor) ->
                assertThat(Tensor.copyOf(restored.weights().get(name))).isEqualTo(tensor));
  }

  static List<Long> steps(List<Checkpoint> checkpoints) {
    return checkpoints.stream().map(each -> each.state().step()).toList();
  }

  static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}

package io.coralml.training;

import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A program that trains: gradient descent with momentum on a sum of squares, with noise drawn from
 * a generator whose state is a seed of the run. Takes up the newest checkpoint, prints a line for
 * each that is durable, and at the end the identity of the weights.
 */
final class TrainingMain {
  static final String STARTED = "started";
  static final String SAVED = "saved ";
  static final String RESULT = "result ";
  static final String RUN = "descent";

  private static final int WEIGHTS = 3_000;

  private long step;
  private long noise = 0x5DEECE66DL;
  private float[] weights = new float[WEIGHTS];
  private float[] momentum = new float[WEIGHTS];

  private TrainingMain() {
    for (int i = 0; i < WEIGHTS; i++) {
      weights[i] = (i % 17) - 8;
    }
  }

  /**
   * Trains.
   *
   * @param arguments the folder of the repository, and how many steps the run has in all
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    out.println(STARTED);
    out.println(RESULT + train(Path.of(arguments[0]), Long.parseLong(arguments[1]), out));
  }

  static TensorId train(Path folder, long steps, PrintStream out) {
    CheckpointListener printing =
        new CheckpointListener() {
          @Override
          public void saved(Checkpoint checkpoint) {
            // One call, one write.
            out.print(SAVED + checkpoint.state().step() + "\n");
            out.flush();
          }
        };
    try (Repository repository = Repository.openOrInit(folder);
        CheckpointManager checkpoints =
            CheckpointManager.open(repository, RUN, options().telling(printing))) {
      TrainingMain run = new TrainingMain();
      checkpoints.latest().map(checkpoints::restore).ifPresent(run::takeUp);
      while (run.step < steps) {
        double loss = run.step();
        checkpoints.offer(run.state(loss), () -> Map.of("w", Tensor.of(run.weights)));
      }
      return Tensor.of(run.weights).id();
    }
  }

  static CheckpointOptions options() {
    return CheckpointOptions.defaults()
        .saving(CheckpointPolicy.everySteps(5))
        .keeping(Retention.last(3).andBest("loss", Goal.MIN, 1).andMilestoneEverySteps(40))
        .waitingForRoom();
  }

  private void takeUp(Restored restored) {
    step = restored.state().step();
    noise = restored.state().seeds().get("noise");
    weights = Tensor.copyOf(restored.weights().get("w")).toFloats();
    momentum = Tensor.copyOf(restored.state().tensors().get("momentum")).toFloats();
  }

  private TrainingState state(double loss) {
    return TrainingState.at(step / 10, step)
        .loss(loss)
        .seed("noise", noise)
        .tensors(Map.of("momentum", Tensor.of(momentum)));
  }

  private double step() {
    double loss = 0;
    for (int i = 0; i < WEIGHTS; i++) {
      noise = noise * 6364136223846793005L + 1442695040888963407L;
      float gradient = weights[i] - 1 + (noise >> 40) * 0x1p-26f;
      momentum[i] = 0.9f * momentum[i] + gradient;
      weights[i] -= 0.01f * momentum[i];
      loss += gradient * gradient;
    }
    step++;
    return loss / WEIGHTS;
  }
}

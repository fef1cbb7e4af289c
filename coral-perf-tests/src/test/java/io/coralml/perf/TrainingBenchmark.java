package io.coralml.perf;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.tensor.Tensor;
import io.coralml.training.Checkpoint;
import io.coralml.training.CheckpointManager;
import io.coralml.training.CheckpointOptions;
import io.coralml.training.CheckpointPolicy;
import io.coralml.training.Retention;
import io.coralml.training.TrainingState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Performance QA, category 11: what checkpoints cost the thread that trains. */
@Tag("training")
@DisplayName("Training integration")
class TrainingBenchmark {
  private static final int EPOCHS = 50;
  private static final int EVERY = 5;
  private static final int KEPT = 10;
  private static final int SIDE = 1000;
  private static final long STEP_MILLIS = 50;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @Tag("qa")
  @Tag("qa-11")
  @DisplayName("50 epochs, a checkpoint every 5, 1000 by 1000, 10 kept: what the trainer waits")
  @Expect(metric = "longest_wait_ns", max = 10e6)
  @Expect(metric = "checkpoints", min = EPOCHS / EVERY, max = EPOCHS / EVERY)
  void waiting(Metrics metrics, ProfileSettings settings) {
    TrainedNetwork network = new TrainedNetwork(1, settings.seed(), SIDE, SIDE);
    CheckpointOptions options =
        CheckpointOptions.defaults()
            .saving(CheckpointPolicy.everyEpochs(EVERY))
            .keeping(Retention.last(KEPT));
    long longest = 0;
    Map<Long, Map<String, Tensor>> expected = new LinkedHashMap<>();
    try (ScratchRepository scratch = ScratchRepository.create();
        CheckpointManager checkpoints =
            CheckpointManager.open(scratch.repository(), "category-11", options)) {
      for (long epoch = 1; epoch <= EPOCHS; epoch++) {
        network.train(settings.measured() ? STEP_MILLIS : 1);
        TrainingState state = TrainingState.at(epoch, epoch).loss(1.0 / epoch);
        long begun = System.nanoTime();
        boolean saved = checkpoints.offer(state, () -> network.weights());
        longest = Math.max(longest, System.nanoTime() - begun);
        if (saved) {
          expected.put(epoch, network.copy());
        }
      }
      checkpoints.flush();
      List<Checkpoint> kept = checkpoints.checkpoints();
      metrics.value("longest_wait_ns", (double) longest, "ns", Better.LOWER);
      metrics.addCount("checkpoints", kept.size(), Better.NEITHER);
      metrics.rawBytes((long) kept.size() * SIDE * SIDE * Float.BYTES);
      metrics.storedBytes(scratch.bytesOnDisk());
      for (Checkpoint each : kept) {
        Bits.requireExact(
            scratch.repository().snapshot(each.commit()),
            expected.get(each.state().epoch()),
            metrics);
      }
    }
  }
}

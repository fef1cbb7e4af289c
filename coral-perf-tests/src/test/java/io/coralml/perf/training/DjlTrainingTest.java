package io.coralml.perf.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import io.coralml.training.CheckpointManager;
import io.coralml.training.CheckpointOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Needs the engine of the profiles training, full and comprehensive; skipped without. */
@DisplayName("A network trained by the Deep Java Library")
class DjlTrainingTest {
  private static final int EPOCHS = 6;

  @TempDir Path folder;

  @BeforeAll
  static void needsTheEngine() {
    assumeTrue(TrainedCheckpoints.isAvailable(), "use -Ptraining to train with PyTorch");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("learns, and every epoch is a checkpoint with its figures and the optimiser's state")
  void learns(TrainedCheckpoints.Method method) {
    try (Repository repository = Repository.init(folder)) {
      List<TrainedCheckpoints.Saved> saved = TrainedCheckpoints.train(repository, method, EPOCHS);
      assertThat(saved).hasSize(EPOCHS);
      double first = saved.get(0).state().loss();
      double last = saved.get(EPOCHS - 1).state().loss();
      assertThat(last).isLessThan(first / 2);
      assertThat(saved.get(EPOCHS - 1).state().figure("Accuracy").orElseThrow())
          .isGreaterThan(saved.get(0).state().figure("Accuracy").orElseThrow());
      assertThat(saved.get(EPOCHS - 1).state().figure("validate_Accuracy").orElseThrow())
          .isGreaterThan(0.6);
      for (int i = 1; i < EPOCHS; i++) {
        assertThat(saved.get(i).weights()).isNotEqualTo(saved.get(i - 1).weights());
      }
      assertThat(saved.get(0).optimizer().keySet())
          .anyMatch(
              name ->
                  name.startsWith(
                      method == TrainedCheckpoints.Method.ADAM
                          ? "optimizer.variances."
                          : "optimizer.momentumStates."));
      assertThat(repository.snapshot("training/digits-" + method).metadata())
          .containsEntry("epoch", Integer.toString(EPOCHS));
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("goes on after an end in the middle with the bits of a run that never ended")
  void resumes(TrainedCheckpoints.Method method) {
    try (Repository repository = Repository.init(folder)) {
      Map<String, Tensor> whole = run(repository, "whole", method, EPOCHS);
      run(repository, "parts", method, 2);
      run(repository, "parts", method, 5);
      assertThat(run(repository, "parts", method, EPOCHS)).isEqualTo(whole);
    }
  }

  private static Map<String, Tensor> run(
      Repository repository, String name, TrainedCheckpoints.Method method, int epochs) {
    CheckpointOptions options = CheckpointOptions.defaults().waitingForRoom();
    try (CheckpointManager checkpoints = CheckpointManager.open(repository, name, options)) {
      return TrainedCheckpoints.train(checkpoints, method, epochs);
    }
  }
}

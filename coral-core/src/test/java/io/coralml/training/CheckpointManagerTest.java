package io.coralml.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.HistorySession;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.GcOptions;
import io.coralml.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Checkpoints")
class CheckpointManagerTest extends CheckpointFixture {
  @Test
  @DisplayName("bring back every state exactly, through buffers that are used again and again")
  void exact() {
    CheckpointOptions tight = OPTIONS.memory(4 * CopyBuffers.CHUNK_BYTES);
    try (CheckpointManager checkpoints = open(tight)) {
      train(checkpoints, 1, 30);
      checkpoints.flush();
      assertThat(steps(checkpoints.checkpoints())).isEqualTo(range(1, 30));
      checkpoints.checkpoints().forEach(each -> assertExact(checkpoints, each));
    }
    assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
  }

  @Test
  @DisplayName("are what the weights were when they were offered, not what they became")
  void copied() {
    float[] values = {1, 2, 3};
    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(12);
    bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    Tensor live = Tensor.of(io.coralml.tensor.DType.F32, io.coralml.tensor.Shape.of(3), bytes);
    try (CheckpointManager checkpoints = open(OPTIONS)) {
      HistorySession others = repository.history().begin();
      checkpoints.offer(TrainingState.at(0, 1), () -> Map.of("w", live));
      bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(0, 99);
      others.close();
      checkpoints.flush();
      Checkpoint saved = checkpoints.latest().orElseThrow();
      assertThat(Tensor.copyOf(checkpoints.restore(saved).weights().get("w")))
          .isEqualTo(Tensor.of(values));
    }
  }

  @Test
  @DisplayName("ask for the weights only when one is due")
  void lazy() {
    try (CheckpointManager checkpoints = open(OPTIONS.saving(CheckpointPolicy.everySteps(10)))) {
      for (long step = 1; step < 10; step++) {
        assertThat(
                checkpoints.offer(
                    state(step),
                    () -> {
                      throw new AssertionError("nobody needs them");
                    }))
            .isFalse();
      }
      assertThat(checkpoints.offer(state(10), () -> weights(10))).isTrue();
    }
  }

  @Test
  @DisplayName("follow an injected clock")
  void clock() {
    try (CheckpointManager checkpoints =
        open(OPTIONS.saving(CheckpointPolicy.every(Duration.ofMinutes(10))))) {
      for (long step = 1; step <= 60; step++) {
        clock.advance(Duration.ofMinutes(1));
        long now = step;
        checkpoints.offer(state(step), () -> weights(now));
      }
      checkpoints.flush();
      assertThat(steps(checkpoints.checkpoints())).containsExactly(10L, 20L, 30L, 40L, 50L, 60L);
      assertThat(checkpoints.latest().orElseThrow().time()).isEqualTo(clock.instant());
    }
  }

  @Test
  @DisplayName("are written on all processors but one, which is left to whoever trains")
  void processors() {
    List<Integer> processors = new ArrayList<>();
    CheckpointListener listener =
        new CheckpointListener() {
          @Override
          public void saved(Checkpoint checkpoint) {
            ForkJoinPool pool = ForkJoinTask.getPool();
            processors.add(pool == null ? 0 : pool.getParallelism());
          }
        };
    try (CheckpointManager checkpoints = open(OPTIONS.telling(listener))) {
      train(checkpoints, 1, 2);
    }
    int expected = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    assertThat(processors).containsExactly(expected, expected);
  }

  @Nested
  @DisplayName("when a run is taken up again")
  class Resumed {
    @Test
    @DisplayName("are found, numbered on, and their policies go on as if never interrupted")
    void goesOn() {
      CheckpointOptions options =
          OPTIONS
              .saving(CheckpointPolicy.everySteps(7).or(CheckpointPolicy.onBest("loss", Goal.MAX)))
              .keeping(Retention.last(2));
      try (CheckpointManager checkpoints = open(options)) {
        train(checkpoints, 1, 25);
      }
      try (CheckpointManager checkpoints = open(options)) {
        Checkpoint latest = checkpoints.latest().orElseThrow();
        assertThat(latest.state().step()).isEqualTo(21);
        assertExact(checkpoints, latest);
        // The best of all, at step 1, is gone; nothing after it may pass for the best.
        train(checkpoints, 22, 29);
        checkpoints.flush();
        assertThat(steps(checkpoints.checkpoints())).containsExactly(21L, 28L);
        assertThat(checkpoints.latest().orElseThrow().number()).isEqualTo(latest.number() + 1);
      }
    }

    @Test
    @DisplayName("wait the whole interval again, for the time it was down does not count")
    void interval() {
      CheckpointOptions options = OPTIONS.saving(CheckpointPolicy.every(Duration.ofMinutes(10)));
      try (CheckpointManager checkpoints = open(options)) {
        checkpoints.save(state(1), weights(1));
      }
      clock.advance(Duration.ofDays(1));
      try (CheckpointManager checkpoints = open(options)) {
        assertThat(checkpoints.offer(state(2), () -> weights(2))).isFalse();
        clock.advance(Duration.ofMinutes(10));
        assertThat(checkpoints.offer(state(3), () -> weights(3))).isTrue();
      }
    }

    @Test
    @DisplayName("by another name, know nothing of each other")
    void apart() {
      try (CheckpointManager one = open(OPTIONS);
          CheckpointManager other =
              CheckpointManager.open(repository, RUN + "2", OPTIONS.keeping(Retention.last(1)))) {
        train(one, 1, 3);
        train(other, 1, 5);
        one.flush();
        other.flush();
        assertThat(steps(one.checkpoints())).isEqualTo(range(1, 3));
        assertThat(steps(other.checkpoints())).containsExactly(5L);
      }
    }
  }

  @Nested
  @DisplayName("that are not kept")
  class Removed {
    @Test
    @DisplayName("are gone from the history, and a clean-up returns their space")
    void space() {
      List<Long> told = new ArrayList<>();
      CheckpointListener listener =
          new CheckpointListener() {
            @Override
            public void removed(Checkpoint checkpoint) {
              told.add(checkpoint.state().step());
            }
          };
      try (CheckpointManager checkpoints =
          open(OPTIONS.keeping(Retention.last(3)).telling(listener))) {
        train(checkpoints, 1, 40);
        checkpoints.flush();
        assertThat(told).isEqualTo(range(1, 37));
        long before = bytes();
        repository.gc(GcOptions.immediate());
        // Three checkpoints of 24 kB, each of which may stand alone, and the containers around.
        assertThat(bytes()).isLessThan(4 * 24_000).isLessThan(before / 2);
        assertThat(steps(checkpoints.checkpoints())).isEqualTo(range(38, 40));
        checkpoints.checkpoints().forEach(each -> assertExact(checkpoints, each));
      }
      assertThat(repository.history().reachableTensors()).hasSize(3 * 3);
    }

    @Test
    @DisplayName("give back their space now and then by themselves, when asked to")
    void cleanUp() {
      try (CheckpointManager checkpoints =
          open(OPTIONS.keeping(Retention.last(2)).cleaningUp(GcOptions.immediate()))) {
        train(checkpoints, 1, 40);
        checkpoints.flush();
        assertThat(bytes()).isLessThan(5 * 24_000);
        checkpoints.checkpoints().forEach(each -> assertExact(checkpoints, each));
      }
    }

    @Test
    @DisplayName("keep to a budget of bytes as the store has them")
    void budget() {
      try (CheckpointManager checkpoints = open(OPTIONS.keeping(Retention.all().within(60_000)))) {
        train(checkpoints, 1, 40);
        checkpoints.flush();
        repository.gc(GcOptions.immediate());
        assertThat(checkpoints.checkpoints()).hasSizeBetween(2, 39);
        assertThat(repository.store().stats().encodedBytes()).isLessThan(60_000 + 24_000);
      }
    }

    private long bytes() {
      return storage.files().values().stream().mapToLong(each -> each.length).sum();
    }
  }

  @Nested
  @DisplayName("in the repository")
  class InTheRepository {
    @Test
    @DisplayName("that are milestones make a branch, whose log shows their figures")
    void milestones() {
      CommitId start =
          repository.transaction("main").put("old", Tensor.of(new float[] {1})).commit("start");
      try (CheckpointManager checkpoints =
          open(OPTIONS.keeping(Retention.last(2).andMilestoneEverySteps(10)))) {
        train(checkpoints, 1, 25);
        checkpoints.flush();
        assertThat(steps(checkpoints.checkpoints())).containsExactly(10L, 20L, 24L, 25L);
        List<Commit> log = new ArrayList<>();
        repository.log("training/mnist").forEach(log::add);
        assertThat(log.stream().map(Commit::subject))
            .containsExactly(
                "Checkpoint 20 of mnist: epoch 2, step 20, loss 0.04761905",
                "Checkpoint 10 of mnist: epoch 1, step 10, loss 0.09090909",
                "start");
        assertThat(log.get(2).id()).isEqualTo(start);
        assertThat(repository.snapshot("training/mnist").metadata())
            .containsEntry("loss", Double.toString(1.0 / 21))
            .containsEntry("metric.accuracy", Double.toString(Math.sqrt(20)))
            .containsEntry("seed.shuffle", "620");
        assertThat(repository.snapshot("checkpoints/mnist/000025").names())
            .containsExactly("dense.bias", "dense.weight", "training/state/adam.m");
        assertThat(repository.diff("training/mnist~1", "training/mnist").changed()).hasSize(3);
      }
    }

    @Test
    @DisplayName("can be promoted: a branch gets the weights alone")
    void promoted() {
      try (CheckpointManager checkpoints = open(OPTIONS)) {
        train(checkpoints, 1, 4);
        checkpoints.flush();
        Checkpoint best = checkpoints.best("loss", Goal.MIN).orElseThrow();
        assertThat(best.state().step()).isEqualTo(4);
        assertThat(checkpoints.best("accuracy", Goal.MIN).orElseThrow().state().step())
            .isEqualTo(1);
        assertThat(checkpoints.best("nothing", Goal.MIN)).isEmpty();
        CommitId chosen = checkpoints.promote(best, "main");
        assertThat(repository.snapshot(chosen).tensors(weights(4).keySet())).isEqualTo(weights(4));
        assertThat(repository.snapshot("main").names()).isEqualTo(weights(4).keySet());
      }
    }
  }

  @Test
  @DisplayName("refuse names that would mislead, and work after the end")
  void refusals() {
    assertThatThrownBy(() -> CheckpointManager.open(repository, "../x", OPTIONS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("No run can be called \"../x\"");
    CheckpointManager checkpoints = open(OPTIONS);
    Tensor tensor = Tensor.of(new float[] {1});
    assertThatThrownBy(() -> checkpoints.save(state(1), Map.of("training/state/adam.m", tensor)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("belongs to the state's tensors");
    checkpoints.close();
    assertThatThrownBy(() -> checkpoints.save(state(1), weights(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("These checkpoints are closed; open them again.");
    assertThat(checkpoints.latest()).isEqualTo(Optional.empty());
  }
}

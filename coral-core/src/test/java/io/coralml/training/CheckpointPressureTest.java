package io.coralml.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.HistorySession;
import io.coralml.repository.GcOptions;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Checkpoints")
class CheckpointPressureTest extends CheckpointFixture {
  @Nested
  @DisplayName("that cannot be written as fast as they come")
  class Pressed {
    @Test
    @DisplayName("are put off, never blocking, and made up for as soon as there is room")
    void postponed() {
      List<Long> put = new ArrayList<>();
      CheckpointListener listener =
          new CheckpointListener() {
            @Override
            public void postponed(TrainingState state) {
              put.add(state.step());
            }
          };
      CheckpointOptions options =
          CheckpointOptions.defaults()
              .saving(CheckpointPolicy.everySteps(10))
              .memory(CopyBuffers.CHUNK_BYTES)
              .telling(listener);
      try (CheckpointManager checkpoints = open(options)) {
        HistorySession others = repository.history().begin();
        train(checkpoints, 1, 22);
        others.close();
        assertThat(put).containsExactly(20L, 21L, 22L);
        checkpoints.flush();
        assertThat(checkpoints.offer(state(23), () -> weights(23))).isTrue();
        checkpoints.flush();
        assertThat(steps(checkpoints.checkpoints())).containsExactly(10L, 23L);
      }
    }

    @Test
    @DisplayName("hold up a training thread that wants to wait, until there is room")
    void waiting() throws InterruptedException {
      AtomicBoolean through = new AtomicBoolean();
      try (CheckpointManager checkpoints = open(OPTIONS.memory(CopyBuffers.CHUNK_BYTES))) {
        HistorySession others = repository.history().begin();
        Thread trainer =
            new Thread(
                () -> {
                  train(checkpoints, 1, 2);
                  through.set(true);
                });
        trainer.start();
        while (trainer.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
        assertThat(through).isFalse();
        others.close();
        trainer.join();
        assertThat(through).isTrue();
        checkpoints.flush();
        assertThat(steps(checkpoints.checkpoints())).containsExactly(1L, 2L);
      }
    }

    @Test
    @DisplayName("are refused when they are larger than the memory for copies")
    void tooLarge() {
      try (CheckpointManager checkpoints = open(OPTIONS.memory(CopyBuffers.CHUNK_BYTES))) {
        assertThatThrownBy(
                () -> checkpoints.offer(state(1), () -> Map.of("w", Tensor.of(new float[100_000]))))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(
                "A checkpoint of 400024 bytes does not fit the 262144 bytes of memory there are for"
                    + " copies; allow more with memory().");
      }
    }
  }

  @Nested
  @DisplayName("that fail in the background")
  class Failing {
    private static final String FULL = "The disk is full.";

    @Test
    @DisplayName("say so at the next call, once, and are due again")
    void nextCall() {
      FailingStorage failing = new FailingStorage(storage, 6, FULL);
      try (Repository broken = Repository.open(failing, clock)) {
        CheckpointManager checkpoints =
            CheckpointManager.open(
                broken, RUN, OPTIONS.saving(CheckpointPolicy.everySteps(10)).clock(clock));
        assertThat(checkpoints.offer(state(10), () -> weights(10))).isTrue();
        assertThatThrownBy(checkpoints::flush)
            .isInstanceOf(CoralException.class)
            .hasMessage("A checkpoint could not be saved: " + FULL)
            .hasCauseInstanceOf(StorageException.class);
        failing.recover();
        assertThat(checkpoints.offer(state(11), () -> weights(11))).isTrue();
        checkpoints.close();
        assertThat(steps(checkpoints.checkpoints())).containsExactly(11L);
      }
    }

    @Test
    @DisplayName("at whatever operation, leave the checkpoints before them and say so at close")
    void atClose() {
      int after = 0;
      boolean through = false;
      while (!through) {
        MemoryStorage memory = new MemoryStorage();
        try (Repository fresh = Repository.init(memory, clock);
            CheckpointManager checkpoints =
                CheckpointManager.open(
                    fresh, RUN, OPTIONS.keeping(Retention.last(1)).clock(clock))) {
          train(checkpoints, 1, 1);
        }
        FailingStorage failing = new FailingStorage(memory, after, FULL);
        try (Repository broken = Repository.open(failing, clock)) {
          CheckpointManager checkpoints =
              CheckpointManager.open(broken, RUN, OPTIONS.keeping(Retention.last(1)).clock(clock));
          train(checkpoints, 2, 2);
          if (throwsAtClose(checkpoints)) {
            assertThat(failing.hasFailed()).isTrue();
          } else {
            through = !failing.hasFailed();
          }
        }
        try (Repository again = Repository.open(memory, clock);
            CheckpointManager checkpoints =
                CheckpointManager.open(again, RUN, OPTIONS.clock(clock))) {
          assertThat(steps(checkpoints.checkpoints())).isSubsetOf(1L, 2L).isNotEmpty();
          checkpoints.checkpoints().forEach(each -> assertExact(checkpoints, each));
          if (through) {
            assertThat(steps(checkpoints.checkpoints())).containsExactly(2L);
          }
        }
        after++;
      }
      assertThat(after).as("operations tried").isGreaterThan(5);
    }

    private static boolean throwsAtClose(CheckpointManager checkpoints) {
      try {
        checkpoints.close();
        return false;
      } catch (CoralException e) {
        assertThat(e).hasMessageEndingWith(": " + FULL);
        return true;
      }
    }

    @Test
    @DisplayName(
        "of a listener or a clean-up are told apart: the checkpoint is saved, and not again")
    void listener() {
      CheckpointListener broken =
          new CheckpointListener() {
            @Override
            public void saved(Checkpoint checkpoint) {
              throw new IllegalStateException("no mail today");
            }
          };
      CheckpointManager checkpoints =
          open(OPTIONS.saving(CheckpointPolicy.everySteps(10)).telling(broken));
      assertThat(checkpoints.offer(state(10), () -> weights(10))).isTrue();
      assertThatThrownBy(checkpoints::flush)
          .hasMessage(
              "A checkpoint is saved, but a listener or the clean-up after it failed:"
                  + " no mail today");
      assertThat(steps(checkpoints.checkpoints())).containsExactly(10L);
      assertThat(checkpoints.offer(state(11), () -> weights(11))).isFalse();
      checkpoints.close();
    }

    @Test
    @DisplayName("of a listener that waits for itself are refused at once, and nothing hangs")
    void waitingForItself() {
      List<Throwable> refused = new ArrayList<>();
      List<CheckpointManager> one = new ArrayList<>();
      CheckpointListener waiting =
          new CheckpointListener() {
            @Override
            public void saved(Checkpoint checkpoint) {
              CheckpointManager checkpoints = one.get(0);
              refused.add(catchThrowable(checkpoints::flush));
              refused.add(catchThrowable(checkpoints::close));
            }
          };
      CheckpointManager checkpoints = open(OPTIONS.telling(waiting));
      one.add(checkpoints);
      checkpoints.save(state(1), weights(1));
      checkpoints.flush();
      assertThat(refused)
          .hasSize(2)
          .allSatisfy(each -> assertThat(each).isInstanceOf(InvalidInputException.class));
      checkpoints.save(state(2), weights(2));
      checkpoints.close();
      assertThat(steps(checkpoints.checkpoints())).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("of a listener at every checkpoint keep neither others nor the clean-up from work")
    void stubborn() {
      List<Long> told = new ArrayList<>();
      CheckpointListener broken =
          new CheckpointListener() {
            @Override
            public void saved(Checkpoint checkpoint) {
              throw new IllegalStateException("no mail today");
            }

            @Override
            public void removed(Checkpoint checkpoint) {
              throw new IllegalStateException("none tomorrow");
            }
          };
      CheckpointListener sound =
          new CheckpointListener() {
            @Override
            public void removed(Checkpoint checkpoint) {
              told.add(checkpoint.state().step());
            }
          };
      CheckpointOptions options =
          OPTIONS
              .keeping(Retention.last(2))
              .cleaningUp(GcOptions.immediate())
              .telling(broken)
              .telling(sound);
      CheckpointManager checkpoints = open(options);
      for (long step = 1; step <= 12; step++) {
        checkpoints.save(state(step), weights(step));
        assertThatThrownBy(checkpoints::flush).hasMessageEndingWith("failed: no mail today");
      }
      assertThat(told).isEqualTo(range(1, 10));
      long stored = storage.files().values().stream().mapToLong(each -> each.length).sum();
      assertThat(stored).as("two checkpoints of 24 kB and what is around").isLessThan(5 * 24_000);
      assertThat(steps(checkpoints.checkpoints())).containsExactly(11L, 12L);
      checkpoints.close();
    }
  }
}

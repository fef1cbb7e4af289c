package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CoralException;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.CommitId;
import io.coralml.merge.MergeStrategies;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("When the file system refuses an operation of a commit, a merge or a clean-up,")
class RefusedCommitsTest {
  private static final Clock CLOCK = Clock.systemUTC();

  private static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, -seed, 0.25f * seed});
  }

  private static MemoryStorage prepared() {
    MemoryStorage disk = new MemoryStorage();
    try (Repository repository = Repository.init(disk, CLOCK)) {
      CommitId base = repository.transaction("main").put("w", tensor(1)).commit("base");
      repository.branches().create("side", base);
      repository.transaction("side").put("w", tensor(3)).put("new", tensor(4)).commit("right");
      repository.branches().create("gone", base);
      repository.transaction("gone").put("x", tensor(9)).commit("to be abandoned");
      repository.branches().delete("gone");
    }
    return disk;
  }

  /** Does all that writes, and notes what was acknowledged. */
  private static void work(Repository repository, Map<CommitId, Tensor> acknowledged) {
    CommitId left = repository.transaction("main").put("w", tensor(5)).commit("left");
    acknowledged.put(left, tensor(5));
    CommitId merged =
        repository
            .merge("side")
            .into("main")
            .using(MergeStrategies.average())
            .run()
            .commit()
            .orElseThrow();
    acknowledged.put(merged, tensor(4));
    repository.gc(GcOptions.immediate());
    repository.tags().create("v1", merged);
    CommitId last = repository.transaction("main").put("w", tensor(6)).commit("last");
    acknowledged.put(last, tensor(6));
  }

  private static Optional<CoralException> attempt(
      FailingStorage failing, Map<CommitId, Tensor> acknowledged) {
    try (Repository repository = Repository.open(failing, CLOCK)) {
      work(repository, acknowledged);
      return Optional.empty();
    } catch (CoralException e) {
      return Optional.of(e);
    }
  }

  @Test
  @DisplayName("the error says why, nothing is harmed, and the next commit works")
  void unharmed() {
    int refusals = 0;
    for (int after = 0; ; after++) {
      String message = after % 2 == 0 ? "the disk is full" : "permission denied";
      MemoryStorage disk = prepared();
      FailingStorage failing = new FailingStorage(disk, after, message);
      Map<CommitId, Tensor> acknowledged = new LinkedHashMap<>();
      Optional<CoralException> refused = attempt(failing, acknowledged);
      if (!failing.hasFailed()) {
        break;
      }
      if (refused.isPresent()) {
        refusals++;
        assertThat(refused.get()).as("operation %d", after).hasMessageContaining(message);
      } else {
        assertThat(acknowledged).as("operation %d was not needed", after).hasSize(3);
      }
      failing.recover();
      unharmed(disk, acknowledged);
    }
    assertThat(refusals).isGreaterThan(60);
  }

  private static void unharmed(MemoryStorage disk, Map<CommitId, Tensor> acknowledged) {
    try (Repository repository = Repository.open(disk, CLOCK)) {
      CommitId head = repository.resolve("main");
      acknowledged.forEach(
          (id, tensor) -> {
            assertThat(repository.history().isAncestor(id, head)).isTrue();
            assertThat(repository.snapshot(id).tensor("w")).isEqualTo(tensor);
          });
      assertThat(repository.snapshot("side").tensor("new")).isEqualTo(tensor(4));
      assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
      CommitId next = repository.transaction("main").put("next", tensor(7)).commit("next");
      assertThat(repository.snapshot(next).tensor("next")).isEqualTo(tensor(7));
    }
  }
}

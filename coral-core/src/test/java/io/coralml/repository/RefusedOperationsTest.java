package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CoralException;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.format.TensorFile;
import io.coralml.history.CommitId;
import io.coralml.io.Storage;
import io.coralml.store.RepackOptions;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@link RefusedCommitsTest} does for commits, for everything else that writes: refused at its
 * first write, its second, and so on until it gets through.
 */
@DisplayName("When the disk is full or permission is denied, whichever write it hits,")
class RefusedOperationsTest {
  private static final Clock CLOCK = Clock.systemUTC();

  /** Everything that writes, apart from commits, merges, clean-ups and tags. */
  enum Operation {
    STAGE,
    COMMIT_STAGED,
    REMOVE,
    UNSTAGE,
    CONFIGURE,
    BRANCH,
    DELETE_BRANCH,
    SWITCH,
    DETACH,
    CHERRY_PICK,
    REVERT,
    REPACK,
    REBUILD_INDEX,
    REPAIR,
    CHECK
  }

  private static void perform(Operation operation, Repository repository) {
    switch (operation) {
      case STAGE -> repository.staging().add(file(), Staging.Mode.UPSERT);
      case COMMIT_STAGED -> repository.staging().commit("staged", each -> each);
      case REMOVE -> repository.staging().remove(List.of("b"));
      case UNSTAGE -> repository.staging().clear();
      case CONFIGURE -> repository.configure(RepositoryOptions.space());
      case BRANCH -> repository.branches().create("new/branch", repository.resolve("main~1"));
      case DELETE_BRANCH -> repository.branches().delete("other");
      case SWITCH -> repository.switchTo("other");
      case DETACH -> repository.checkout(repository.resolve("main~1"));
      case CHERRY_PICK -> repository.cherryPick("other").into("main").run();
      case REVERT -> repository.revert("main").into("main").run();
      case REPACK -> turnBasesRound(repository);
      case REBUILD_INDEX -> repository.store().rebuildIndex();
      case REPAIR -> repository.store().repair();
      case CHECK -> repository.fsck(FsckLevel.DEEP);
    }
  }

  private static Tensor tensor(int change) {
    float[] values = new float[300];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 12.9898);
    }
    values[5] += change;
    return Tensor.of(values);
  }

  private static TensorFile file() {
    return new TensorFile() {
      @Override
      public Set<String> names() {
        return Set.of("b");
      }

      @Override
      public TensorSource tensor(String name) {
        return RefusedOperationsTest.tensor(20);
      }

      @Override
      public Map<String, String> metadata() {
        return Map.of("source", "a file");
      }

      @Override
      public void close() {}
    };
  }

  private static void turnBasesRound(Repository repository) {
    Map<TensorId, Optional<TensorId>> plan = new HashMap<>();
    plan.put(tensor(1).id(), Optional.of(tensor(2).id()));
    plan.put(tensor(2).id(), Optional.empty());
    repository.store().repack(plan, RepackOptions.defaults());
  }

  private static MemoryStorage prepared() {
    MemoryStorage disk = new MemoryStorage();
    try (Repository repository = Repository.init(disk, CLOCK)) {
      CommitId first = repository.transaction("main").put("a", tensor(1)).commit("first");
      repository.tags().create("base", first);
      repository.branches().create("other", first);
      repository.transaction("other").put("c", tensor(3)).commit("other");
      repository.transaction("main").put("a", tensor(2)).put("b", tensor(10)).commit("second");
      repository.staging().add(file(), Staging.Mode.UPSERT);
    }
    return disk;
  }

  private static Optional<CoralException> attempt(Storage storage, Operation operation) {
    try (Repository repository = Repository.open(storage, CLOCK)) {
      perform(operation, repository);
      return Optional.empty();
    } catch (CoralException e) {
      return Optional.of(e);
    }
  }

  @ParameterizedTest(name = "{0} says so, harms nothing, and works as soon as there is room")
  @EnumSource(Operation.class)
  void unharmed(Operation operation) {
    int refusals = 0;
    for (int after = 0; ; after++) {
      String message = after % 2 == 0 ? "the disk is full" : "permission denied";
      MemoryStorage disk = prepared();
      FailingStorage failing = new FailingStorage(disk, after, message);
      Optional<CoralException> refused = attempt(failing, operation);
      if (!failing.hasFailed()) {
        break;
      }
      failing.recover();
      // What is not needed, as a note of what was checked, may fail and nobody need know.
      assertThat(refused.map(CoralException::getMessage).orElse(message))
          .as("operation %d", after)
          .contains(message);
      refusals += refused.isPresent() ? 1 : 0;
      assertUnharmed(disk);
      attempt(disk, operation)
          .ifPresent(
              // It had got through before it was refused, or another step of it had.
              again -> assertThat(again.getMessage()).doesNotContain(message));
      assertUnharmed(disk);
    }
    assertThat(refusals).isGreaterThanOrEqualTo(operation == Operation.CHECK ? 0 : 1);
  }

  private static void assertUnharmed(MemoryStorage disk) {
    try (Repository repository = Repository.open(disk.copy(), CLOCK)) {
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
      assertThat(repository.snapshot("base").tensor("a")).isEqualTo(tensor(1));
      repository.staging().status();
      CommitId next = repository.transaction("main").put("next", tensor(7)).commit("next");
      assertThat(repository.snapshot(next).tensor("a")).isIn(tensor(1), tensor(2));
      assertThat(repository.snapshot(next).tensor("next")).isEqualTo(tensor(7));
    }
  }

  @Test
  @DisplayName("making a repository says so, and the next attempt makes it")
  void making() {
    int refusals = 0;
    for (int after = 0; ; after++) {
      MemoryStorage disk = new MemoryStorage();
      FailingStorage failing = new FailingStorage(disk, after, "the disk is full");
      try (Repository repository = Repository.init(failing, CLOCK)) {
        assertThat(repository.branches().all()).isEmpty();
      } catch (CoralException e) {
        assertThat(e).as("operation %d", after).hasMessageContaining("the disk is full");
        refusals++;
      }
      if (!failing.hasFailed()) {
        break;
      }
      failing.recover();
      try (Repository repository = openOrInit(disk)) {
        repository.transaction("main").put("a", tensor(1)).commit("first");
        assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
      }
    }
    assertThat(refusals).isGreaterThan(10);
  }

  private static Repository openOrInit(MemoryStorage disk) {
    return disk.exists("HEAD") ? Repository.open(disk, CLOCK) : Repository.init(disk, CLOCK);
  }
}

package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.ConflictException;
import io.coralml.StorageException;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.ForwardingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.history.CommitId;
import io.coralml.io.Storage;
import io.coralml.merge.MergeStrategies;
import io.coralml.store.ObjectStore;
import io.coralml.store.StoreOptions;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("When something else happens between the beginning of a commit and its end,")
class MovedMeanwhileTest {
  private static final Clock CLOCK = Clock.systemUTC();

  private final MemoryStorage memory = new MemoryStorage();

  private static Tensor tensor(float... values) {
    return Tensor.of(values);
  }

  @Test
  @DisplayName("a branch that was moved back takes no commit that was begun on what it gave up")
  void movedBack() {
    try (Repository repository = Repository.init(memory, CLOCK)) {
      CommitId first = repository.transaction("main").put("a", tensor(1)).commit("first");
      CommitId second = repository.transaction("main").put("a", tensor(2)).commit("second");
      Transaction late = repository.transaction("main").put("b", tensor(3));
      repository.branches().move("main", second, first);
      assertThatThrownBy(() -> late.commit("late"))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("moved back or deleted meanwhile");
      assertThat(repository.resolve("main")).isEqualTo(first);
    }
  }

  @Test
  @DisplayName("a branch that was deleted, or made anew elsewhere, takes none either")
  void deleted() {
    try (Repository repository = Repository.init(memory, CLOCK)) {
      CommitId first = repository.transaction("main").put("a", tensor(1)).commit("first");
      repository.transaction("side").put("x", tensor(2)).commit("aside");
      Transaction late = repository.transaction("side").put("b", tensor(3));
      Transaction later = repository.transaction("side").put("c", tensor(3));
      repository.branches().delete("side");
      assertThatThrownBy(() -> late.commit("late")).isInstanceOf(ConflictException.class);
      repository.branches().create("side", first);
      assertThatThrownBy(() -> later.commit("later")).isInstanceOf(ConflictException.class);
      assertThat(repository.resolve("side")).isEqualTo(first);
    }
  }

  /** Sweeps what was out of reach before the merge, at the moment its reference gets its place. */
  private final class Swept extends ForwardingStorage {
    private Set<TensorId> reachable = Set.of();

    Swept(Storage storage) {
      super(storage);
    }

    @Override
    public void rename(String from, String to) {
      if (to.equals("refs/heads/main") && !reachable.isEmpty()) {
        Set<TensorId> before = reachable;
        reachable = Set.of();
        try (ObjectStore other = ObjectStore.open(memory, StoreOptions.defaults())) {
          other.sweep(() -> before, Duration.ZERO);
        }
      }
      super.rename(from, to);
    }
  }

  @Test
  @DisplayName("a commit that nothing referred to is merged with all its tensors, or not at all")
  void sweptMeanwhile() {
    Swept storage = new Swept(memory);
    try (Repository repository = Repository.init(storage, CLOCK)) {
      CommitId base = repository.transaction("main").put("w", tensor(1)).commit("base");
      repository.branches().create("side", base);
      CommitId adrift = repository.transaction("side").put("w", tensor(2)).commit("given up");
      repository.transaction("main").put("w", tensor(3)).commit("ours");
      repository.branches().delete("side");
      storage.reachable = Set.of(tensor(1).id(), tensor(3).id());
      repository.merge(adrift.hex()).into("main").using(MergeStrategies.ours()).run();
      assertThat(storage.reachable).as("swept").isEmpty();
      assertThat(repository.snapshot(adrift).tensor("w")).isEqualTo(tensor(2));
      assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
    }
  }

  @Test
  @DisplayName("what is picked of a commit that nothing referred to stays")
  void sweptWhilePicked() {
    Swept storage = new Swept(memory);
    try (Repository repository = Repository.init(storage, CLOCK)) {
      CommitId base = repository.transaction("main").put("w", tensor(1)).commit("base");
      repository.branches().create("side", base);
      CommitId adrift = repository.transaction("side").put("new", tensor(2)).commit("given up");
      repository.branches().delete("side");
      storage.reachable = Set.of(tensor(1).id());
      repository.cherryPick(adrift.hex()).into("main").run();
      assertThat(storage.reachable).as("swept").isEmpty();
    }
    // Whoever has a pack open reads it even when it is gone.
    try (Repository repository = Repository.open(memory, CLOCK)) {
      assertThat(repository.snapshot("main").tensor("new")).isEqualTo(tensor(2));
    }
  }

  @Test
  @DisplayName("what is staged stays staged until it is committed, whatever write is refused")
  void refused(@TempDir Path folder) {
    Path file = folder.resolve("in.safetensors");
    Safetensors.write(file, Map.of("a", tensor(1)), Map.of());
    try (Repository repository = Repository.init(memory, CLOCK);
        TensorFile in = Safetensors.open(file)) {
      repository.staging().add(in, Staging.Mode.UPSERT);
    }
    int refusals = 0;
    for (boolean committed = false; !committed; refusals++) {
      FailingStorage failing = new FailingStorage(memory, refusals, "the disk is full");
      try (Repository repository = Repository.open(failing, CLOCK)) {
        repository.staging().commit("staged", each -> each);
      } catch (StorageException e) {
        assertThat(e).hasMessageContaining("the disk is full");
      }
      try (Repository repository = Repository.open(memory, CLOCK)) {
        committed = repository.branches().find("main").isPresent();
        assertThat(committed || repository.staging().status().added().contains("a"))
            .as("committed or staged after %d operations", refusals)
            .isTrue();
      }
    }
    assertThat(refusals).isGreaterThan(5);
  }
}

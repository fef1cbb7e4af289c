package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.history.CommitId;
import io.coralml.store.ObjectStore;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("fsck")
class FsckTest {
  private final MemoryStorage storage = new MemoryStorage();

  @Test
  @DisplayName("names the lost tensors of a commit that only HEAD's log reaches")
  void log() {
    CommitId dropped;
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      repository.transaction("main").put("kept", Tensor.of(new float[] {1})).commit("kept");
      List<String> before = packs();
      dropped =
          repository.transaction("tried").put("w", Tensor.of(new float[] {2})).commit("tried");
      List<String> lost = packs();
      lost.removeAll(before);
      repository.checkout(dropped);
      repository.switchTo("main");
      repository.branches().delete("tried");
      assertThat(repository.fsck(FsckLevel.STRUCTURE).isSound()).isTrue();
      assertThat(repository.fsck(FsckLevel.STRUCTURE).commits()).isEqualTo(2);
      lost.forEach(pack -> storage.delete(ObjectStore.DIRECTORY + "/" + pack));
    }
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.affected()).containsOnlyKeys(dropped).containsValue(Set.of("w"));
      assertThat(report.isSound()).isFalse();
    }
  }

  private List<String> packs() {
    return new ArrayList<>(
        storage.list(ObjectStore.DIRECTORY).stream().filter(it -> it.endsWith(".h5")).toList());
  }
}

package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.history.CommitId;
import io.coralml.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("References that stock git has packed")
class PackedReferencesTest {
  @Test
  @DisplayName("are deleted for good, and the others stay")
  void deleted() {
    MemoryStorage storage = new MemoryStorage();
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      CommitId id =
          repository.transaction("main").put("a", Tensor.of(new float[] {1})).commit("first");
      String packed =
          "# pack-refs with: peeled fully-peeled sorted \n"
              + (id + " refs/heads/other\n" + id + " refs/heads/side\n" + id + " refs/tags/v1\n");
      storage.plant("packed-refs", packed.getBytes(StandardCharsets.US_ASCII));
      assertThat(repository.branches().all())
          .isEqualTo(Map.of("main", id, "other", id, "side", id));
      repository.branches().delete("side");
      repository.tags().delete("v1");
    }
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      assertThat(repository.branches().all().keySet()).containsExactly("main", "other");
      assertThat(repository.tags().all()).isEmpty();
    }
  }
}

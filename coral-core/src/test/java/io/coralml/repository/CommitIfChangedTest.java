package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A commit")
class CommitIfChangedTest {
  @Test
  @DisplayName("is made if it changes or notes something, where it is to be made only then")
  void noted() {
    try (Repository repository = Repository.init(new MemoryStorage(), Clock.systemUTC())) {
      Tensor tensor = Tensor.of(new float[] {1});
      repository.transaction("main").put("a", tensor).commit("first");
      assertThat(repository.transaction("main").put("a", tensor).commitIfChanged("x")).isEmpty();
      Map<String, String> notes = Map.of("loss", "0.3");
      assertThat(
              repository.transaction("main").put("a", tensor).metadata(notes).commitIfChanged("x"))
          .isPresent();
    }
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Many tensors that are put together")
class LastReadTest {
  @Test
  @DisplayName("are each encoded against the one it resembles, although the last one read is kept")
  void eachItsOwn() {
    List<Tensor> bases = new ArrayList<>();
    try (ObjectStore store = ObjectStore.open(new MemoryStorage(), StoreOptions.defaults())) {
      try (PutBatch batch = store.begin()) {
        for (int i = 0; i < 3; i++) {
          bases.add(Weights.random(i, 40, 40));
          batch.put(bases.get(i), null);
        }
        batch.seal();
      }
      try (PutBatch batch = store.begin()) {
        for (int i = 0; i < 12; i++) {
          Tensor base = bases.get(i % 5 % 3);
          Tensor tuned = Weights.fineTuned(base, i);
          assertThat(batch.put(tuned, base.id()).base()).isEqualTo(base.id());
        }
        batch.seal();
      }
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    }
  }
}

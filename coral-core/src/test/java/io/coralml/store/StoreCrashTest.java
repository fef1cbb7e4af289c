package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.CrashCheck;
import io.coralml.crash.CrashExplorer;
import io.coralml.crash.CrashReport;
import io.coralml.crash.CrashingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.io.Storage;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("After a power loss at any moment (invariants 3 and 4)")
class StoreCrashTest {
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withClock(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

  /** Everything acknowledged reads exactly; everything listed reads or is reported. */
  private static void intact(Storage left, List<Object> acknowledged) {
    try (ObjectStore store = ObjectStore.open(left, OPTIONS)) {
      for (Object promised : acknowledged) {
        Tensor tensor = (Tensor) promised;
        assertThat(store.read(tensor.id())).isEqualTo(tensor);
      }
      assertThat(store.catalog().current().damaged()).isEmpty();
      Tensor more = Weights.random(99, 5);
      seal(store, List.of(more));
      assertThat(store.read(more.id())).isEqualTo(more);
    }
  }

  private static void seal(ObjectStore store, List<Tensor> tensors) {
    try (PutBatch batch = store.begin()) {
      Tensor before = null;
      for (Tensor tensor : tensors) {
        batch.put(tensor, before == null ? null : before.id());
        before = tensor;
      }
      batch.seal();
    }
  }

  private static CrashingStorage threeBatches() {
    CrashingStorage storage = new CrashingStorage();
    try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
      for (int round = 0; round < 3; round++) {
        Tensor first = Weights.random(round, 4, 5);
        Tensor second = Weights.fineTuned(first, round);
        seal(store, List.of(first, second));
        storage.acknowledge(first);
        storage.acknowledge(second);
      }
    }
    return storage;
  }

  @Test
  @DisplayName("every sealed tensor reads exactly and the store goes on")
  void batches() {
    CrashReport report = new CrashExplorer(threeBatches()).explore(StoreCrashTest::intact);
    assertThat(report.states()).as("%s", report).isGreaterThan(50);
  }

  @Test
  @DisplayName("and without any one of the forces that would not be so")
  void everyForceMatters() {
    CrashExplorer explorer = new CrashExplorer(threeBatches());
    CrashCheck check = (MemoryStorage left, List<Object> promised) -> intact(left, promised);
    assertThat(explorer.forces()).isGreaterThan(5);
    assertThat(explorer.unnoticedForces(check)).isEmpty();
  }
}

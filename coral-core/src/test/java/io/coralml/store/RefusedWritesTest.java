package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.StorageException;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("integrity")
@DisplayName("When the file system refuses an operation, whichever it is,")
class RefusedWritesTest {
  private static final List<Tensor> BEFORE = weights(0, 15);
  private static final List<Tensor> AFTER = weights(100, 3);

  private static List<Tensor> weights(int seed, int count) {
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      weights.add(Weights.random(seed + i, 10));
    }
    return weights;
  }

  private static MemoryStorage prepared() {
    MemoryStorage storage = new MemoryStorage();
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      BEFORE.forEach(each -> seal(store, each));
    }
    return storage;
  }

  private static void seal(ObjectStore store, Tensor tensor) {
    try (PutBatch batch = store.begin()) {
      batch.put(tensor, null);
      batch.seal();
    }
  }

  /** Seals, which merges packs on the way, and sweeps half of what there was. */
  private static void work(ObjectStore store) {
    AFTER.forEach(each -> seal(store, each));
    assertThat(store.stats().packs()).as("merged").isLessThan(BEFORE.size());
    store.rebuildIndex();
    store.sweep(
        () ->
            BEFORE.stream().limit(8).map(Tensor::id).collect(Collectors.toCollection(HashSet::new)),
        Duration.ZERO);
  }

  @ParameterizedTest(name = "the error says [{0}], nothing is harmed, and trying again works")
  @ValueSource(strings = {"the disk is full", "permission denied"})
  void unharmed(String message) {
    int refusals = 0;
    for (int after = 0; ; after++) {
      MemoryStorage disk = prepared();
      FailingStorage failing = new FailingStorage(disk, after, message);
      try (ObjectStore store = ObjectStore.open(failing, StoreOptions.defaults())) {
        StorageException refused = attempt(store);
        if (!failing.hasFailed()) {
          break;
        }
        refusals++;
        assertThat(refused).as("operation %d", after).hasMessageContaining(message);
        failing.recover();
        assertSound(store);
        AFTER.forEach(each -> seal(store, each));
        assertThat(AFTER).allSatisfy(each -> assertThat(store.read(each.id())).isEqualTo(each));
      }
      try (ObjectStore again = ObjectStore.open(disk, StoreOptions.defaults())) {
        assertSound(again);
      }
    }
    assertThat(refusals).isGreaterThan(40);
  }

  private static StorageException attempt(ObjectStore store) {
    try {
      work(store);
      return new StorageException("nothing was refused");
    } catch (StorageException e) {
      return e;
    }
  }

  /** What was reachable all along is there; a sweep may or may not have removed the rest. */
  private static void assertSound(ObjectStore store) {
    assertThat(BEFORE.subList(0, 8))
        .allSatisfy(each -> assertThat(store.read(each.id())).isEqualTo(each));
    assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    Set<String> damaged = store.catalog().current().damaged().keySet();
    assertThat(damaged).isEmpty();
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.pack.PackReader;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("While several stores write, read and sweep the same files")
class ConcurrencyTest {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 30;
  private static final int DIFFERENT = 25;

  @TempDir Path folder;

  /** Stands for the references: what a writer has published stays until the writer drops it. */
  private final Set<TensorId> references = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean writing = new AtomicBoolean(true);
  private final AtomicInteger swept = new AtomicInteger();

  @Test
  @DisplayName(
      "everything referred to is there, bit for bit, whatever is put, dropped and put again")
  void nothingReferredToIsLost() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int number = 0; number < WRITERS; number++) {
        int writer = number;
        writers.add(threads.submit(() -> write(writer)));
      }
      Future<?> sweeper = threads.submit(this::sweep);
      for (Future<?> each : writers) {
        each.get(120, TimeUnit.SECONDS);
      }
      writing.set(false);
      sweeper.get(60, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
    try (ObjectStore store = open()) {
      for (TensorId id : references) {
        assertThat(store.read(id).id()).isEqualTo(id);
      }
      store.sweep(() -> Set.copyOf(references), Duration.ZERO);
      assertThat(store.stats().tensors()).isEqualTo(references.size());
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
      PackSet packs = store.catalog().current();
      for (PackReader pack : packs.packs().values()) {
        assertThat(pack.table().entries()).noneMatch(packs::isLeftOver);
      }
    }
    assertThat(swept.get()).isPositive();
  }

  private ObjectStore open() {
    return ObjectStore.open(FileStorage.open(folder), StoreOptions.defaults());
  }

  /** Each writer has tensors of its own, which it puts, refers to, checks, drops and puts again. */
  private void write(int writer) {
    Random random = new Random(writer);
    try (ObjectStore store = open()) {
      for (int round = 0; round < ROUNDS; round++) {
        Tensor base = Weights.random(1000L * writer + random.nextInt(DIFFERENT), 40);
        Tensor next = Weights.fineTuned(base, random.nextInt(3));
        try (PutBatch batch = store.begin()) {
          batch.put(base, null);
          batch.put(next, base.id());
          batch.seal();
          references.add(base.id());
          references.add(next.id());
        }
        assertThat(store.read(base.id())).isEqualTo(base);
        assertThat(store.read(next.id())).isEqualTo(next);
        references.remove(random.nextBoolean() ? base.id() : next.id());
      }
    }
  }

  private void sweep() {
    try (ObjectStore store = open()) {
      do {
        swept.addAndGet(store.sweep(() -> Set.copyOf(references), Duration.ZERO).removed());
      } while (writing.get());
    }
  }
}

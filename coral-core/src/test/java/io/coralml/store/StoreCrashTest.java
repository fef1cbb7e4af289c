package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.CrashCheck;
import io.coralml.crash.CrashExplorer;
import io.coralml.crash.CrashReport;
import io.coralml.crash.CrashingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.io.Storage;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.qameta.allure.Allure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("integrity")
@DisplayName("After a power loss at any moment (invariants 2, 3 and 4)")
class StoreCrashTest {
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withClock(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

  private static final int PAIRS = 3;

  /** What is going on when the power is cut. */
  enum Scenario {
    /** Batches are sealed, each with a delta against another tensor of the batch. */
    BATCHES(50) {
      @Override
      void run(CrashingStorage storage) {
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          for (int round = 0; round < 3; round++) {
            Tensor first = Weights.random(round, 4, 5);
            seal(storage, store, List.of(first, Weights.fineTuned(first, round)));
          }
        }
      }
    },
    /** One batch is cut into several packs. */
    CUTS(50) {
      @Override
      void run(CrashingStorage storage) {
        StoreOptions small = OPTIONS.withPackBytes(100);
        try (ObjectStore store = ObjectStore.open(storage, small)) {
          seal(storage, store, weights(4));
        }
      }
    },
    /** Packs pile up and are merged. */
    MERGE(300) {
      @Override
      CrashingStorage prepare() {
        CrashingStorage storage = new CrashingStorage();
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          weights(15).forEach(each -> seal(storage, store, List.of(each)));
        }
        return CrashingStorage.over(storage);
      }

      @Override
      void run(CrashingStorage storage) {
        weights(15).forEach(storage::acknowledge);
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          int before = store.stats().packs();
          weights(17).subList(15, 17).forEach(each -> seal(storage, store, List.of(each)));
          assertThat(store.stats().packs()).as("merged").isLessThan(before);
        }
      }
    },
    /** A sweep removes some tensors, one of them with its base. */
    SWEEP(200) {
      @Override
      CrashingStorage prepare() {
        CrashingStorage storage = new CrashingStorage();
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          Tensor base = Weights.random(50, 4);
          seal(storage, store, List.of(base));
          seal(storage, store, weights(3));
          putWithBase(store, doubled(base), base);
        }
        return CrashingStorage.over(storage);
      }

      @Override
      void run(CrashingStorage storage) {
        List<Tensor> kept = new ArrayList<>(weights(2));
        kept.forEach(storage::acknowledge);
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          Set<TensorId> reachable = kept.stream().map(Tensor::id).collect(Collectors.toSet());
          assertThat(store.sweep(() -> reachable, Duration.ZERO).removed()).isEqualTo(3);
          seal(storage, store, List.of(Weights.random(60, 3)));
        }
      }
    },
    /** A sweep takes every other link out of a chain of deltas: what stays is encoded anew. */
    SWEEP_OF_A_CHAIN(200) {
      @Override
      CrashingStorage prepare() {
        CrashingStorage storage = new CrashingStorage();
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS.withMaxDepth(4))) {
          List<Tensor> chain = chain();
          seal(storage, store, chain.subList(0, 1));
          for (int i = 1; i < chain.size(); i++) {
            putWithBase(store, chain.get(i), chain.get(i - 1));
            assertThat(store.catalog().refresh().find(chain.get(i).id()).orElseThrow().entry())
                .extracting("depth")
                .isEqualTo(i);
          }
        }
        return CrashingStorage.over(storage);
      }

      @Override
      void run(CrashingStorage storage) {
        List<Tensor> kept = List.of(chain().get(1), chain().get(3));
        kept.forEach(storage::acknowledge);
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS.withMaxDepth(4))) {
          Set<TensorId> reachable = kept.stream().map(Tensor::id).collect(Collectors.toSet());
          assertThat(store.sweep(() -> reachable, Duration.ZERO).removed()).isEqualTo(2);
          seal(storage, store, List.of(Weights.random(60, 3)));
        }
      }

      private static List<Tensor> chain() {
        List<Tensor> chain = new ArrayList<>(List.of(Weights.random(70, 5, 5)));
        for (int i = 1; i < 4; i++) {
          chain.add(Weights.fineTuned(chain.get(i - 1), i));
        }
        return chain;
      }
    },
    /** A repack turns every base round, in several packs. */
    REPACK(200) {
      @Override
      CrashingStorage prepare() {
        CrashingStorage storage = new CrashingStorage();
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          for (int i = 0; i < PAIRS; i++) {
            Tensor base = Weights.random(50 + i, 5, 5);
            seal(storage, store, List.of(base));
            putWithBase(store, doubled(base), base);
          }
        }
        return CrashingStorage.over(storage);
      }

      @Override
      void run(CrashingStorage storage) {
        Map<TensorId, Optional<TensorId>> plan = new HashMap<>();
        for (int i = 0; i < PAIRS; i++) {
          Tensor base = Weights.random(50 + i, 5, 5);
          plan.put(base.id(), Optional.of(doubled(base).id()));
          plan.put(doubled(base).id(), Optional.empty());
          storage.acknowledge(base);
          storage.acknowledge(doubled(base));
        }
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS.withPackBytes(40))) {
          assertThat(store.repack(plan, RepackOptions.defaults()).reencoded()).isEqualTo(2 * PAIRS);
          seal(storage, store, List.of(Weights.random(60, 3)));
        }
      }
    },
    /** The index is rebuilt. */
    INDEX(5) {
      @Override
      CrashingStorage prepare() {
        CrashingStorage storage = new CrashingStorage();
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          seal(storage, store, weights(2));
        }
        return CrashingStorage.over(storage);
      }

      @Override
      void run(CrashingStorage storage) {
        weights(2).forEach(storage::acknowledge);
        try (ObjectStore store = ObjectStore.open(storage, OPTIONS)) {
          store.rebuildIndex();
        }
      }
    };

    private final int states;

    Scenario(int states) {
      this.states = states;
    }

    CrashingStorage prepare() {
      return new CrashingStorage();
    }

    abstract void run(CrashingStorage storage);

    CrashingStorage recorded() {
      CrashingStorage storage = prepare();
      run(storage);
      return storage;
    }
  }

  private static List<Tensor> weights(int count) {
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      weights.add(Weights.random(100 + i, 6));
    }
    return weights;
  }

  private static Tensor doubled(Tensor tensor) {
    float[] values = tensor.toFloats();
    values[0] *= 2;
    return Tensor.of(values, tensor.shape().dims());
  }

  private static void putWithBase(ObjectStore store, Tensor tensor, Tensor base) {
    try (PutBatch batch = store.begin()) {
      batch.put(tensor, base.id());
      batch.seal();
    }
  }

  private static void seal(CrashingStorage storage, ObjectStore store, List<Tensor> tensors) {
    try (PutBatch batch = store.begin()) {
      Tensor before = null;
      for (Tensor tensor : tensors) {
        batch.put(tensor, before == null ? null : before.id());
        before = tensor;
      }
      batch.seal();
      tensors.forEach(storage::acknowledge);
    }
  }

  /** Everything acknowledged reads exactly, nothing is damaged, and the store goes on. */
  private static void intact(Storage left, List<Object> acknowledged) {
    try (ObjectStore store = ObjectStore.open(left, OPTIONS)) {
      for (Object promised : acknowledged) {
        Tensor tensor = (Tensor) promised;
        assertThat(store.read(tensor.id())).isEqualTo(tensor);
      }
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
      Tensor more = Weights.random(99, 5);
      try (PutBatch batch = store.begin()) {
        batch.put(more, null);
        batch.seal();
      }
      assertThat(store.read(more.id())).isEqualTo(more);
      // Whatever order deletions took, a merge keeps the entries that lead out of every circle.
      left.locked(ObjectStore.LOCK, () -> store.merger().reduceTo(1));
      for (Object promised : acknowledged) {
        Tensor tensor = (Tensor) promised;
        assertThat(store.read(tensor.id())).isEqualTo(tensor);
      }
      basesAreLessDeep(store.catalog().refresh());
    }
  }

  private static void basesAreLessDeep(PackSet packs) {
    for (PackSet.Located each : packs.best().values()) {
      TensorId base = each.entry().base();
      if (base != null) {
        assertThat(packs.find(base).orElseThrow().entry().depth()).isLessThan(each.entry().depth());
      }
    }
  }

  @ParameterizedTest(name = "{0}: everything acknowledged reads exactly and the store goes on")
  @EnumSource(Scenario.class)
  void survives(Scenario scenario) {
    CrashReport report = new CrashExplorer(scenario.recorded()).explore(StoreCrashTest::intact);
    Allure.parameter("explored", report);
    assertThat(report.states()).as("%s", report).isGreaterThanOrEqualTo(scenario.states);
  }

  @ParameterizedTest(name = "{0}: without any one of the forces that would not be so")
  @EnumSource(Scenario.class)
  void everyForceMatters(Scenario scenario) {
    CrashExplorer explorer = new CrashExplorer(scenario.recorded());
    CrashCheck check = (MemoryStorage left, List<Object> promised) -> intact(left, promised);
    assertThat(explorer.unnoticedForces(check)).isEmpty();
  }

  /** A chain of deltas in packs of their own is turned round, or made a star of its middle. */
  private static CrashingStorage turningChain(int length, boolean star) {
    StoreOptions deep = OPTIONS.withMaxDepth(4).withPackBytes(40);
    List<Tensor> chain = new ArrayList<>(List.of(Weights.random(70, 5, 5)));
    CrashingStorage prepared = new CrashingStorage();
    try (ObjectStore store = ObjectStore.open(prepared, deep)) {
      seal(prepared, store, chain);
      for (int i = 1; i < length; i++) {
        chain.add(Weights.fineTuned(chain.get(i - 1), i));
        putWithBase(store, chain.get(i), chain.get(i - 1));
      }
    }
    Map<TensorId, Optional<TensorId>> plan = new HashMap<>();
    for (int i = 0; i < length; i++) {
      int base = star ? length / 2 : i + 1;
      plan.put(
          chain.get(i).id(),
          base == i || base == length ? Optional.empty() : Optional.of(chain.get(base).id()));
    }
    CrashingStorage storage = CrashingStorage.over(prepared);
    chain.forEach(storage::acknowledge);
    try (ObjectStore store = ObjectStore.open(storage, deep)) {
      store.repack(plan, RepackOptions.defaults());
      seal(storage, store, List.of(Weights.random(80, 3)));
    }
    return storage;
  }

  @Test
  @DisplayName("of repacks that turn chains of every length round, likewise: over 1000 states")
  void repacks() {
    int states = 0;
    for (int length = 2; length <= 5; length++) {
      for (boolean star : new boolean[] {false, true}) {
        CrashingStorage recorded = turningChain(length, star);
        for (long seed = 1; seed <= 2; seed++) {
          states += new CrashExplorer(recorded, seed).explore(StoreCrashTest::intact).states();
        }
      }
    }
    assertThat(states).isGreaterThan(1000);
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.CountedReads;
import io.coralml.crash.WatchedDeletes;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackFormat;
import io.coralml.pack.PackReader;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Packs are merged in tiers")
class PackMergerTest {
  private final WatchedDeletes storage = new WatchedDeletes(ObjectStore.LOCK);

  private long packs() {
    return storage.list(ObjectStore.DIRECTORY).stream().filter(PackFormat::isPackName).count();
  }

  private static void seal(ObjectStore store, Tensor tensor) {
    try (PutBatch batch = store.begin()) {
      batch.put(tensor, null);
      batch.seal();
    }
  }

  @Test
  @DisplayName("so that there are few after hundreds of batches, and everything still reads")
  void few() {
    List<Tensor> all = new ArrayList<>();
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      for (int i = 0; i < 300; i++) {
        Tensor tensor = Weights.random(i, i % 7 == 0 ? 3000 : 10);
        all.add(tensor);
        seal(store, tensor);
        assertThat(packs()).isLessThanOrEqualTo(PackMerger.MAX_PACKS);
      }
      assertThat(packs()).isLessThan(30);
    }
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      assertThat(all).allSatisfy(each -> assertThat(store.read(each.id())).isEqualTo(each));
      assertThat(store.stats().tensors()).isEqualTo(300);
    }
  }

  @Test
  @DisplayName("without reading back the header or the table of what was just written")
  void known() {
    CountedReads reads = new CountedReads();
    try (ObjectStore store = ObjectStore.open(reads.of(storage), StoreOptions.defaults())) {
      int number = 0;
      while (number < 2 || (packs() > 1 && number < 100)) {
        reads.take();
        seal(store, Weights.random(number++, 10));
      }
      assertThat(packs()).isEqualTo(1);
      assertThat(reads.take()).isLessThan(PackFormat.HEADER_BYTES);
      assertThat(store.read(Weights.random(0, 10).id())).isEqualTo(Weights.random(0, 10));
    }
  }

  @Test
  @DisplayName("and are never more than fifty, also when all of them count as full")
  void hardLimit() {
    StoreOptions tiny = StoreOptions.defaults().withPackBytes(1);
    try (ObjectStore store = ObjectStore.open(storage, tiny)) {
      for (int i = 0; i < 120; i++) {
        seal(store, Weights.random(i, 10));
        assertThat(packs()).isLessThanOrEqualTo(PackMerger.MAX_PACKS);
      }
      assertThat(store.stats().tensors()).isEqualTo(120);
    }
  }

  /**
   * A clean-up that was killed has encoded anew what depended on a dead tensor, and has deleted
   * that tensor, but not yet the old entries; one of them is as deep as its successor.
   */
  @Test
  @DisplayName("and of two entries as deep as each other keep the one whose base is there")
  void interruptedCleanUp() {
    Tensor dead = Weights.random(1, 5000);
    Tensor heir = Weights.fineTuned(dead, 1);
    Tensor other = Weights.fineTuned(dead, 2);
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      seal(store, dead);
      String deadPack =
          storage.list(ObjectStore.DIRECTORY).stream()
              .filter(PackFormat::isPackName)
              .findFirst()
              .orElseThrow();
      try (PutBatch batch = store.begin()) {
        batch.put(heir, dead.id());
        batch.put(other, dead.id());
        batch.seal();
      }
      try (PutBatch batch = store.begin()) {
        PackSet packs = store.catalog().refresh();
        batch.reencode(packs.find(heir.id()).orElseThrow().entry(), null);
        batch.reencode(packs.find(other.id()).orElseThrow().entry(), heir.id());
        batch.seal();
      }
      storage.delete(StorageNames.child(ObjectStore.DIRECTORY, deadPack));
      assertThat(store.catalog().refresh().findAll(other.id()))
          .allSatisfy(located -> assertThat(located.entry().depth()).isEqualTo(1))
          .hasSize(2);
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();

      store.merger().replace(store.catalog().refresh().packs().values(), entry -> true);

      assertThat(packs()).isEqualTo(1);
      assertThat(store.read(heir.id())).isEqualTo(heir);
      assertThat(store.read(other.id())).isEqualTo(other);
    }
  }

  @Test
  @DisplayName("unless what was to be merged has changed while it was copied")
  void changedMeanwhile() {
    List<Tensor> all = new ArrayList<>();
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    AtomicReference<Runnable> merging = new AtomicReference<>();
    StoreOptions options = StoreOptions.defaults().withClock(interrupting(meanwhile));
    try (ObjectStore store = ObjectStore.open(storage, options, merging::set);
        ObjectStore other = ObjectStore.open(storage, StoreOptions.defaults())) {
      while (merging.get() == null) {
        Tensor tensor = Weights.random(all.size(), 10);
        all.add(tensor);
        seal(store, tensor);
      }
      List<String> before = storage.list(ObjectStore.DIRECTORY);
      meanwhile.set(() -> rewriteOnePack(other));

      merging.get().run();

      assertThat(packs()).isEqualTo(all.size());
      assertThat(storage.list(ObjectStore.DIRECTORY)).isNotEqualTo(before);
      assertThat(storage.list("tmp")).filteredOn(name -> name.endsWith(".h5")).isEmpty();

      merging.get().run();

      assertThat(packs()).isEqualTo(1);
      assertThat(all).allSatisfy(each -> assertThat(store.read(each.id())).isEqualTo(each));
    }
  }

  /** What a repack keeps where it is must not be what goes at once, while it drops the copy. */
  @Test
  @DisplayName("and go under the lock, before a repack can take them for those to keep")
  void repackedMeanwhile() {
    List<Tensor> all = new ArrayList<>();
    AtomicReference<Runnable> merging = new AtomicReference<>();
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults(), merging::set);
        ObjectStore other = ObjectStore.open(storage, StoreOptions.defaults())) {
      while (merging.get() == null) {
        Tensor tensor = Weights.random(all.size(), 10);
        all.add(tensor);
        seal(store, tensor);
      }
      storage.watch(
          () -> other.repack(Map.of(all.get(0).id(), Optional.empty()), RepackOptions.defaults()));

      merging.get().run();

      assertThat(storage.deleted()).filteredOn(name -> name.endsWith(".h5")).hasSize(all.size());
      assertThat(packs()).isEqualTo(1);
      assertThat(all).allSatisfy(each -> assertThat(other.read(each.id())).isEqualTo(each));
    }
  }

  /** Somebody else encodes a tensor anew, or cleans up. */
  private void rewriteOnePack(ObjectStore other) {
    PackReader pack = other.catalog().refresh().packs().values().iterator().next();
    storage.locked(ObjectStore.LOCK, () -> other.merger().replace(List.of(pack), entry -> true));
  }

  /** A clock that does something the next time it is asked, which is when a copy is complete. */
  private static Clock interrupting(AtomicReference<Runnable> meanwhile) {
    return new Clock() {
      @Override
      public Instant instant() {
        meanwhile.getAndSet(() -> {}).run();
        return Instant.EPOCH;
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  @Test
  @DisplayName("while several stores write, and readers who opened a tensor before read on")
  void concurrent() throws Exception {
    Tensor early = Weights.random(-1, 400_000);
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      seal(reader, early);
      TensorSource lazy = reader.open(early.id());
      AtomicInteger most = new AtomicInteger();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        int number = writer;
        writers.add(threads.submit(() -> write(number, most)));
      }
      for (int at = 0; at + 1000 <= early.byteLength(); at += 50_000) {
        ByteBuffer piece = ByteBuffer.allocate(1000);
        lazy.read(at, piece);
        assertThat(piece.flip()).isEqualTo(early.data().slice(at, 1000));
      }
      for (Future<?> each : writers) {
        each.get(60, TimeUnit.SECONDS);
      }
      threads.shutdownNow();
      assertThat(most.get()).isLessThanOrEqualTo(PackMerger.MAX_PACKS);
      for (int i = 0; i < 160; i++) {
        Tensor tensor = Weights.random(1000 + i, 20);
        assertThat(reader.read(tensor.id())).isEqualTo(tensor);
      }
    }
  }

  private void write(int number, AtomicInteger most) {
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      for (int i = 0; i < 40; i++) {
        seal(store, Weights.random(1000 + 40 * number + i, 20));
        most.accumulateAndGet((int) packs(), Math::max);
      }
    }
  }

  @Test
  @DisplayName("except a damaged one, which is left for fsck and keeps nobody from writing")
  void damaged() {
    List<TensorId> ids = new ArrayList<>();
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      seal(store, Weights.random(0, 50));
      String pack = ObjectStore.DIRECTORY + "/" + onlyPack();
      byte[] bytes = storage.files().get(pack);
      bytes[PackFormat.HEADER_BYTES + 20] ^= 1;
      storage.plant(pack, bytes);
    }
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      for (int i = 1; i < 40; i++) {
        Tensor tensor = Weights.random(i, 50);
        ids.add(tensor.id());
        seal(store, tensor);
      }
      assertThat(packs()).isLessThan(20);
      assertThat(ids).allSatisfy(id -> assertThat(store.read(id).id()).isEqualTo(id));
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).hasSize(1);
    }
  }

  private String onlyPack() {
    return storage.list(ObjectStore.DIRECTORY).stream()
        .filter(PackFormat::isPackName)
        .findFirst()
        .orElseThrow();
  }
}

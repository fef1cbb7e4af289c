package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.crash.MemoryStorage;
import io.coralml.pack.PackFormat;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A repack")
class RepackTest {
  static final StoreOptions OPTIONS = StoreOptions.defaults().withMaxDepth(4);

  private final MemoryStorage storage = new MemoryStorage();

  private ObjectStore open() {
    return ObjectStore.open(storage, OPTIONS);
  }

  static void put(ObjectStore store, Tensor tensor, Tensor base) {
    try (PutBatch batch = store.begin()) {
      batch.put(tensor, base == null ? null : base.id());
      batch.seal();
    }
  }

  static List<Tensor> family(int members) {
    Tensor first = Weights.random(1, 40, 50);
    List<Tensor> family = new ArrayList<>(List.of(first));
    for (int i = 1; i < members; i++) {
      family.add(Weights.fineTuned(first, i));
    }
    return family;
  }

  private static Map<TensorId, Optional<TensorId>> star(List<Tensor> family, Tensor centre) {
    return family.stream()
        .collect(
            Collectors.toMap(
                Tensor::id,
                each -> each.equals(centre) ? Optional.empty() : Optional.of(centre.id())));
  }

  static void intact(ObjectStore store, List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      assertThat(store.read(tensor.id())).isEqualTo(tensor);
    }
    assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    List<PackSet.Located> entries = new ArrayList<>();
    PackSet packs = store.catalog().refresh();
    tensors.forEach(each -> entries.addAll(packs.findAll(each.id())));
    for (PackSet.Located each : entries) {
      TensorId base = each.entry().base();
      if (base != null) {
        assertThat(packs.find(base).orElseThrow().entry().depth()).isLessThan(each.entry().depth());
      }
    }
  }

  private long packBytes() {
    return storage.files().entrySet().stream()
        .filter(each -> each.getKey().endsWith(".h5"))
        .mapToLong(each -> each.getValue().length)
        .sum();
  }

  @Test
  @DisplayName("gives tensors the bases of the plan; the bytes it reports are those on disk")
  void shrinks() {
    List<Tensor> family = family(6);
    try (ObjectStore store = open()) {
      family.forEach(each -> put(store, each, null));
      long before = packBytes();
      RepackReport dry =
          store.repack(star(family, family.get(2)), RepackOptions.defaults().withDryRun(true));
      assertThat(packBytes()).isEqualTo(before);
      RepackReport report = store.repack(star(family, family.get(2)), RepackOptions.defaults());
      assertThat(report.complete()).isTrue();
      assertThat(report.reencoded()).isEqualTo(5);
      assertThat(report.bytesBefore()).isEqualTo(before);
      assertThat(report.bytesAfter()).isEqualTo(packBytes()).isLessThan(before / 3);
      assertThat((double) dry.bytesAfter() / report.bytesAfter()).isBetween(0.97, 1.03);
      for (Tensor each : family) {
        StoredInfo info = store.info(each.id()).orElseThrow();
        assertThat(info.depth()).isEqualTo(each.equals(family.get(2)) ? 0 : 1);
      }
      intact(store, family);
      RepackReport again = store.repack(star(family, family.get(2)), RepackOptions.defaults());
      assertThat(again.reencoded() + again.copied()).isZero();
    }
  }

  @Test
  @DisplayName("drops no copy of a tensor unless the one that stays can be read")
  void damagedCopy() {
    Tensor twice = Weights.random(1, 100);
    for (int which = 0; which < 2; which++) {
      MemoryStorage disk = new MemoryStorage();
      storeTwice(disk, twice);
      List<String> packs =
          disk.list(ObjectStore.DIRECTORY).stream().filter(PackFormat::isPackName).toList();
      String damaged = ObjectStore.DIRECTORY + "/" + packs.get(which);
      byte[] bytes = disk.files().get(damaged);
      bytes[PackFormat.HEADER_BYTES + 100] ^= 1;
      disk.plant(damaged, bytes);
      try (ObjectStore store = ObjectStore.open(disk, OPTIONS)) {
        Throwable refused = catchThrowable(() -> store.repack(Map.of(), RepackOptions.defaults()));
        assertThat(refused == null || refused instanceof CorruptDataException).isTrue();
        assertThat(store.read(twice.id())).isEqualTo(twice);
      }
    }
  }

  /** As two processes do that put the same at once. */
  private static void storeTwice(MemoryStorage disk, Tensor tensor) {
    try (ObjectStore one = ObjectStore.open(disk, OPTIONS);
        ObjectStore other = ObjectStore.open(disk, OPTIONS);
        PutBatch first = one.begin();
        PutBatch second = other.begin()) {
      first.put(tensor, null);
      second.put(tensor, null);
      first.seal();
      second.seal();
    }
  }

  @Test
  @DisplayName("turns a chain round, and what is not in the plan follows its base")
  void reverses() {
    List<Tensor> family = family(4);
    try (ObjectStore store = open()) {
      put(store, family.get(0), null);
      put(store, family.get(1), family.get(0));
      put(store, family.get(2), family.get(1));
      put(store, family.get(3), family.get(0));
      Map<TensorId, Optional<TensorId>> plan = new HashMap<>();
      plan.put(family.get(2).id(), Optional.empty());
      plan.put(family.get(1).id(), Optional.of(family.get(2).id()));
      plan.put(family.get(0).id(), Optional.of(family.get(1).id()));
      store.repack(plan, RepackOptions.defaults());
      assertThat(store.info(family.get(2).id()).orElseThrow().depth()).isZero();
      assertThat(store.info(family.get(0).id()).orElseThrow().depth()).isEqualTo(2);
      assertThat(store.info(family.get(3).id()).orElseThrow().depth()).isEqualTo(3);
      intact(store, family);
    }
  }

  @Test
  @DisplayName("refuses strangers, circles and other shapes, and changes nothing then")
  void refuses() {
    List<Tensor> family = family(2);
    Tensor other = Weights.random(9, 50, 40);
    Tensor unknown = Weights.random(10, 40, 50);
    try (ObjectStore store = open()) {
      family.forEach(each -> put(store, each, null));
      put(store, other, null);
      Map<String, byte[]> before = storage.files();
      TensorId one = family.get(0).id();
      TensorId two = family.get(1).id();
      refused(store, Map.of(unknown.id(), Optional.empty()), "does not hold");
      refused(store, Map.of(one, Optional.of(unknown.id())), "does not hold");
      refused(store, Map.of(one, Optional.of(two), two, Optional.of(one)), "circle");
      refused(store, Map.of(one, Optional.of(other.id())), "another dtype or shape");
      assertThat(storage.files().keySet()).containsAll(before.keySet());
      intact(store, family);
    }
  }

  private static void refused(
      ObjectStore store, Map<TensorId, Optional<TensorId>> plan, String why) {
    assertThatThrownBy(() -> store.repack(plan, RepackOptions.defaults()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(why);
  }

  @Test
  @DisplayName("that is cancelled harms nothing, and the next one goes on")
  void cancelled() {
    List<Tensor> family = family(150);
    Map<TensorId, Optional<TensorId>> apart =
        family.stream().collect(Collectors.toMap(Tensor::id, each -> Optional.empty()));
    try (ObjectStore store = ObjectStore.open(storage, OPTIONS.withPackBytes(40_000))) {
      family.forEach(each -> put(store, each, each.equals(family.get(0)) ? null : family.get(0)));
      AtomicInteger asked = new AtomicInteger();
      RepackReport stopped =
          store.repack(
              apart, RepackOptions.defaults().withCancelled(() -> asked.incrementAndGet() > 1));
      assertThat(stopped.complete()).isFalse();
      intact(store, family);
      RepackReport rest = store.repack(apart, RepackOptions.defaults());
      assertThat(rest.complete()).isTrue();
      assertThat(rest.reencoded()).isPositive().isLessThan(149);
      assertThat(rest.bytesAfter()).isEqualTo(packBytes());
      intact(store, family);
    }
  }

  @Test
  @DisplayName("leaves alone what an open batch relies on, whoever opened it")
  void pinned() {
    List<Tensor> family = family(3);
    try (ObjectStore store = open();
        ObjectStore other = open()) {
      family.forEach(each -> put(store, each, null));
      try (PutBatch batch = other.begin()) {
        Tensor fresh = Weights.fineTuned(family.get(1), 77);
        batch.put(fresh, family.get(1).id());
        RepackReport report = store.repack(star(family, family.get(0)), RepackOptions.defaults());
        assertThat(report.reencoded()).isEqualTo(1);
        assertThat(store.info(family.get(1).id()).orElseThrow().depth()).isZero();
        batch.seal();
        intact(other, List.of(fresh));
        assertThat(other.info(fresh.id()).orElseThrow().depth()).isEqualTo(1);
      }
      intact(store, family);
    }
  }

  @Test
  @DisplayName("and a batch with an old view of the packs do not disagree about depths")
  void staleViews() {
    List<Tensor> family = family(3);
    try (ObjectStore store = open();
        ObjectStore other = open()) {
      family.forEach(each -> put(store, each, null));
      assertThat(other.contains(family.get(1).id())).isTrue();
      store.repack(star(family, family.get(0)), RepackOptions.defaults());
      Tensor fresh = Weights.fineTuned(family.get(1), 78);
      put(other, fresh, family.get(1));
      assertThat(other.info(fresh.id()).orElseThrow().depth()).isEqualTo(2);
      intact(other, List.of(family.get(0), family.get(1), family.get(2), fresh));
    }
  }

  @Test
  @DisplayName("goes on beside readers, writers and sweeps")
  void concurrent() {
    List<Tensor> family = family(12);
    List<Tensor> added = new ArrayList<>();
    AtomicBoolean over = new AtomicBoolean();
    try (ObjectStore store = open();
        ObjectStore other = open()) {
      family.forEach(each -> put(store, each, null));
      Set<TensorId> live = family.stream().map(Tensor::id).collect(Collectors.toSet());
      CompletableFuture<Void> beside =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; !over.get(); i++) {
                  Tensor base = family.get(i % family.size());
                  Tensor fresh = Weights.fineTuned(base, 1000 + i);
                  put(other, fresh, base);
                  added.add(fresh);
                  assertThat(other.read(base.id())).isEqualTo(base);
                  assertThat(other.read(fresh.id())).isEqualTo(fresh);
                }
              });
      for (int round = 0; round < 6; round++) {
        store.repack(star(family, family.get(round)), RepackOptions.defaults());
        store.sweep(() -> live, Duration.ofDays(1));
      }
      over.set(true);
      beside.join();
      List<Tensor> all = new ArrayList<>(family);
      all.addAll(added);
      store.repack(star(family, family.get(0)), RepackOptions.defaults());
      intact(store, all);
    }
  }
}

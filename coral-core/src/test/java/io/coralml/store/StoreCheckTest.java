package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.crash.MemoryStorage;
import io.coralml.pack.PackFormat;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integrity")
@DisplayName("A check of a store")
class StoreCheckTest {
  private final MemoryStorage storage = new MemoryStorage();
  private final Tensor base = Weights.random(1, 600, 600);
  private final Tensor delta = Weights.fineTuned(base, 2);
  private final Tensor other = Weights.random(3, 50);

  @BeforeEach
  void fill() {
    put(List.of(base));
    put(List.of(delta, other));
  }

  private void put(List<Tensor> tensors) {
    try (ObjectStore store = open();
        PutBatch batch = store.begin()) {
      tensors.forEach(each -> batch.put(each, base.id()));
      batch.seal();
    }
  }

  private ObjectStore open() {
    return ObjectStore.open(storage, StoreOptions.defaults());
  }

  private CheckReport check(CheckLevel level, double share) {
    try (ObjectStore store = open()) {
      return store.check(level, share);
    }
  }

  private String packOf(Tensor tensor) {
    try (ObjectStore store = open()) {
      return ObjectStore.DIRECTORY + "/" + store.info(tensor.id()).orElseThrow().pack();
    }
  }

  private void flip(String file, int at) {
    byte[] bytes = storage.files().get(file);
    bytes[at] ^= 0x40;
    storage.plant(file, bytes);
  }

  @Test
  @DisplayName("finds nothing wrong with a sound one, at any level")
  void sound() {
    for (CheckLevel level : CheckLevel.values()) {
      CheckReport report = check(level, 1);
      assertThat(report.isSound()).as("%s", report).isTrue();
      assertThat(report.packs()).isEqualTo(2);
      assertThat(report.tensors()).isEqualTo(3);
    }
    assertThat(check(CheckLevel.STRUCTURE, 1).bytesChecked()).isZero();
    assertThat(check(CheckLevel.DEEP, 1).bytesChecked()).isGreaterThan(base.byteLength() / 2);
  }

  @Test
  @DisplayName("finds damaged data by its checksums and by decoding, and names the tensor")
  void data() {
    flip(packOf(base), PackFormat.HEADER_BYTES + 100_000);
    assertThat(check(CheckLevel.STRUCTURE, 1).isSound()).isTrue();
    assertThat(check(CheckLevel.SAMPLE, 1).damages())
        .singleElement()
        .satisfies(damage -> assertThat(damage.tensor()).isEqualTo(base.id()));
    assertThat(check(CheckLevel.DEEP, 1).damages())
        .extracting(CheckReport.Damage::tensor)
        .contains(base.id());
  }

  @Test
  @DisplayName("of a share takes the least recently checked packs first")
  void shares() {
    flip(packOf(other), PackFormat.HEADER_BYTES + 3);
    boolean first = check(CheckLevel.SAMPLE, 0.01).isSound();
    boolean second = check(CheckLevel.SAMPLE, 0.01).isSound();
    assertThat(List.of(first, second)).containsExactlyInAnyOrder(true, false);
    assertThatThrownBy(() -> check(CheckLevel.SAMPLE, 0)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  @DisplayName("finds a delta whose base is gone")
  void missingBase() {
    storage.delete(packOf(base));
    assertThat(check(CheckLevel.STRUCTURE, 1).damages())
        .singleElement()
        .satisfies(
            damage -> {
              assertThat(damage.tensor()).isEqualTo(delta.id());
              assertThat(damage.what()).contains(base.id().toString());
            });
  }

  @Nested
  @DisplayName("and repair")
  class Repair {
    @Test
    @DisplayName("quarantines a damaged pack, rescues what is sound in it, says what is lost")
    void rescues() {
      String pack = packOf(other);
      long offset = PackFormat.HEADER_BYTES + storedBytes(delta) + 2;
      flip(pack, (int) offset);
      try (ObjectStore store = open()) {
        assertThatThrownBy(() -> store.read(other.id())).isInstanceOf(CorruptDataException.class);
        RepairReport report = store.repair();
        assertThat(report.lost()).containsExactly(other.id());
        assertThat(report.rescued()).isEqualTo(1);
        assertThat(storage.exists(pack)).isFalse();
        assertThat(storage.exists(pack.replace("packs/", "quarantine/"))).isTrue();
        assertThat(store.read(delta.id())).isEqualTo(delta);
        assertThat(store.check(CheckLevel.DEEP, 1).isSound()).isTrue();
      }
      put(List.of(other));
      try (ObjectStore store = open()) {
        assertThat(store.read(other.id())).isEqualTo(other);
      }
    }

    private long storedBytes(Tensor tensor) {
      try (ObjectStore store = open()) {
        return store.info(tensor.id()).orElseThrow().storedBytes();
      }
    }

    @Test
    @DisplayName("quarantines a pack whose table cannot be read")
    void unreadable() {
      String pack = packOf(other);
      flip(pack, storage.files().get(pack).length - 200);
      try (ObjectStore store = open()) {
        assertThat(store.repair().quarantined()).hasSize(1);
        assertThat(store.check(CheckLevel.DEEP, 1).isSound()).isTrue();
        assertThat(store.read(base.id())).isEqualTo(base);
      }
    }
  }

  @Nested
  @DisplayName("The index of packs")
  class Index {
    @Test
    @DisplayName("is rebuilt when it is missing, damaged or stale, and nothing depends on it")
    void cache() {
      List<byte[]> contents = new ArrayList<>();
      try (ObjectStore store = open()) {
        store.rebuildIndex();
      }
      byte[] good = storage.files().get("packs/index-1");
      contents.add(good);
      contents.add(new byte[0]);
      for (int at = 0; at < good.length; at++) {
        byte[] bad = good.clone();
        bad[at] ^= 4;
        contents.add(bad);
      }
      for (byte[] content : contents) {
        storage.plant("packs/index-1", content);
        try (ObjectStore store = open()) {
          assertThat(store.read(other.id())).isEqualTo(other);
        }
      }
      put(List.of(Weights.random(77, 3)));
      try (ObjectStore store = open()) {
        store.rebuildIndex();
        assertThat(PackIndex.load(storage, "packs")).hasSize(3);
      }
    }
  }

  @Test
  @DisplayName("Whichever byte of a small store is flipped: detected or harmless, never wrong")
  void everyByte() {
    MemoryStorage small = new MemoryStorage();
    Tensor one = Weights.random(1, 20);
    Tensor two = Weights.fineTuned(one, 2);
    try (ObjectStore store = ObjectStore.open(small, StoreOptions.defaults())) {
      for (Tensor each : List.of(one, two)) {
        try (PutBatch batch = store.begin()) {
          batch.put(each, one.id());
          batch.seal();
        }
      }
    }
    int detected = 0;
    for (Map.Entry<String, byte[]> file : small.files().entrySet()) {
      for (int at = 0; at < file.getValue().length; at += step(at)) {
        MemoryStorage flipped = small.copy();
        byte[] bytes = file.getValue().clone();
        bytes[at] ^= 0x10;
        flipped.plant(file.getKey(), bytes);
        boolean all = readsOrRefuses(file.getKey() + " " + at, flipped, List.of(one, two));
        detected += all ? 0 : 1;
      }
    }
    assertThat(detected).isGreaterThan(1000);
  }

  /** The header page ends in zeros; a few of them do for all, the pack's own test has each. */
  private static int step(int at) {
    return at > 700 && at < PackFormat.HEADER_BYTES - 64 ? 32 : 1;
  }

  /** Returns whether everything read exactly; a wrong tensor fails the test. */
  private static boolean readsOrRefuses(String where, MemoryStorage flipped, List<Tensor> tensors) {
    boolean all = true;
    try (ObjectStore store = ObjectStore.open(flipped, StoreOptions.defaults())) {
      for (Tensor each : tensors) {
        try {
          assertThat(store.read(each.id())).isEqualTo(each);
        } catch (CoralException e) {
          assertThat(store.check(CheckLevel.DEEP, 1).isSound()).as("%s: %s", where, e).isFalse();
          all = false;
        }
      }
    }
    return all;
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.NotFoundException;
import io.coralml.crash.MemoryStorage;
import io.coralml.crash.SetClock;
import io.coralml.pack.PackFormat;
import io.coralml.pack.PackReader;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A sweep (invariant 6)")
class SweepTest {
  private final SetClock clock = new SetClock();
  private final MemoryStorage storage = new MemoryStorage();
  private final Set<TensorId> reachable = new HashSet<>();
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = ObjectStore.open(storage, StoreOptions.defaults().withClock(clock));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private SweepReport sweep(Duration grace) {
    return store.sweep(() -> Set.copyOf(reachable), grace);
  }

  private Tensor put(Tensor tensor, Tensor base, boolean inUse) {
    try (PutBatch batch = store.begin()) {
      batch.put(tensor, base == null ? null : base.id());
      batch.seal();
      if (inUse) {
        reachable.add(tensor.id());
      }
    }
    return tensor;
  }

  @Test
  @DisplayName("returns at least 95 % of the unreachable bytes and touches nothing reachable")
  void returnsBytes() {
    List<Tensor> kept = new ArrayList<>();
    long garbage = 0;
    for (int i = 0; i < 40; i++) {
      Tensor tensor = put(Weights.random(i, 2000), null, i % 2 == 0);
      if (i % 2 == 0) {
        kept.add(tensor);
      } else {
        garbage += store.info(tensor.id()).orElseThrow().storedBytes();
      }
    }
    SweepReport report = sweep(Duration.ZERO);
    assertThat(report.removed()).isEqualTo(20);
    assertThat(report.unreachableBytes()).isEqualTo(garbage);
    assertThat(report.bytesBefore() - report.bytesAfter()).isGreaterThan(garbage * 95 / 100);
    assertThat(kept).allSatisfy(each -> assertThat(store.read(each.id())).isEqualTo(each));
    assertThat(store.stats().tensors()).isEqualTo(20);
    assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    assertThat(storage.exists("packs/sweeping")).isFalse();
  }

  @Test
  @DisplayName("removes a pack nothing of which is reachable altogether")
  void wholePacks() {
    put(Weights.random(1, 100), null, false);
    assertThat(sweep(Duration.ZERO).bytesAfter()).isZero();
    assertThat(storage.list("packs")).noneMatch(PackFormat::isPackName);
  }

  @Nested
  @DisplayName("waits")
  class Grace {
    private final Duration day = Duration.ofDays(1);

    @Test
    @DisplayName("until a tensor has been unreachable for the grace period")
    void waits() {
      Tensor tensor = put(Weights.random(1, 100), null, false);
      assertThat(sweep(day).waiting()).isEqualTo(1);
      clock.advance(Duration.ofHours(23));
      assertThat(sweep(day).removed()).isZero();
      assertThat(store.read(tensor.id())).isEqualTo(tensor);
      clock.advance(Duration.ofHours(1));
      assertThat(sweep(day).removed()).isEqualTo(1);
      assertThatThrownBy(() -> store.read(tensor.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    @DisplayName("anew for a tensor that was reachable again in between")
    void forgives() {
      Tensor tensor = put(Weights.random(1, 100), null, false);
      sweep(day);
      clock.advance(Duration.ofHours(20));
      reachable.add(tensor.id());
      sweep(day);
      reachable.clear();
      clock.advance(Duration.ofHours(20));
      assertThat(sweep(day).removed()).isZero();
      assertThat(store.contains(tensor.id())).isTrue();
    }
  }

  @Nested
  @DisplayName("saves a tensor that is put again")
  class Resurrection {
    private final Tensor tensor = Weights.random(1, 100);

    @Test
    @DisplayName("before it begins, by a batch that is still open")
    void pinned() {
      put(tensor, null, false);
      try (PutBatch batch = store.begin()) {
        assertThat(batch.put(tensor, null).kind()).isEqualTo(PutResult.Kind.DUPLICATE);
        assertThat(sweep(Duration.ZERO).removed()).isZero();
      }
      assertThat(store.read(tensor.id())).isEqualTo(tensor);
      assertThat(sweep(Duration.ZERO).removed()).isEqualTo(1);
    }

    @Test
    @DisplayName("by a batch of another store")
    void pinnedElsewhere() {
      put(tensor, null, false);
      try (ObjectStore other = ObjectStore.open(storage, store.options());
          PutBatch batch = other.begin()) {
        batch.put(tensor, null);
        assertThat(sweep(Duration.ZERO).removed()).isZero();
      }
      assertThat(sweep(Duration.ZERO).removed()).isEqualTo(1);
    }

    @Test
    @DisplayName("after it has begun: the batch sees the mark and stores its own copy")
    void duringTheSweep() {
      put(tensor, null, false);
      put(Weights.random(2, 100), null, true);
      boolean[] asked = new boolean[1];
      SweepReport report =
          store.sweep(
              () -> {
                if (storage.exists("packs/sweeping") && !asked[0]) {
                  asked[0] = true;
                  Set<TensorId> answer = Set.copyOf(reachable);
                  assertThat(put(tensor, null, true)).isEqualTo(tensor);
                  return answer;
                }
                return Set.copyOf(reachable);
              },
              Duration.ZERO);
      assertThat(asked[0]).isTrue();
      assertThat(report.removed()).isEqualTo(1);
      assertThat(store.read(tensor.id())).isEqualTo(tensor);
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    }

    @Test
    @DisplayName("and a sealed tensor whose reference is still to come")
    void notYetReferred() {
      try (PutBatch batch = store.begin()) {
        batch.put(tensor, null);
        batch.seal();
        assertThat(sweep(Duration.ZERO).removed()).isZero();
        reachable.add(tensor.id());
      }
      sweep(Duration.ZERO);
      assertThat(store.read(tensor.id())).isEqualTo(tensor);
    }
  }

  @Nested
  @DisplayName("encodes anew")
  class Reencoding {
    private final Tensor base = Weights.random(1, 600, 600);
    private final Tensor next = Weights.fineTuned(base, 2);
    private final Tensor last = Weights.fineTuned(base, 3);

    @Test
    @DisplayName("what stays while its base goes; the first heir becomes the base of the others")
    void heirs() {
      put(base, null, false);
      put(next, base, true);
      put(last, base, true);
      assertThat(store.info(next.id()).orElseThrow().base()).isEqualTo(base.id());
      SweepReport report = sweep(Duration.ZERO);
      assertThat(report.removed()).isEqualTo(1);
      assertThat(report.reencoded()).isEqualTo(2);
      assertThat(report.bytesAfter()).isLessThan(report.bytesBefore());
      assertThat(store.contains(base.id())).isFalse();
      assertThat(store.read(next.id())).isEqualTo(next);
      assertThat(store.read(last.id())).isEqualTo(last);
      assertThat(store.stats().deltas()).isEqualTo(1);
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    }

    @Test
    @DisplayName("deep chains against the nearest base that stays")
    void chains() {
      store = ObjectStore.open(storage, store.options().withMaxDepth(4));
      Tensor second = Weights.fineTuned(next, 4);
      Tensor third = Weights.fineTuned(second, 5);
      put(base, null, true);
      put(next, base, false);
      put(second, next, false);
      put(third, second, true);
      assertThat(store.info(third.id()).orElseThrow().depth()).isEqualTo(3);
      SweepReport report = sweep(Duration.ZERO);
      assertThat(report.removed()).isEqualTo(2);
      assertThat(store.info(third.id()).orElseThrow().base()).isEqualTo(base.id());
      assertThat(store.read(third.id())).isEqualTo(third);
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    }

    @Test
    @DisplayName("what stays while its base goes, though an entry is left whose base went before")
    void besideLeftOver() {
      Tensor other = Weights.fineTuned(next, 4);
      plantLeftOver(other);
      assertThat(store.info(next.id()).orElseThrow().base()).isEqualTo(other.id());

      assertThat(sweep(Duration.ZERO).removed()).isEqualTo(1);

      assertThat(store.read(next.id())).isEqualTo(next);
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    }

    /** Stores a delta against another tensor, beside an entry whose base is gone. */
    private void plantLeftOver(Tensor other) {
      MemoryStorage elsewhere = new MemoryStorage();
      try (ObjectStore killed = ObjectStore.open(elsewhere, store.options())) {
        for (Tensor each : List.of(base, next)) {
          try (PutBatch batch = killed.begin()) {
            batch.put(each, base.id());
            batch.seal();
          }
        }
        assertThat(killed.info(next.id()).orElseThrow().base()).isEqualTo(base.id());
        PackReader left = killed.catalog().refresh().find(next.id()).orElseThrow().pack();
        put(other, null, false);
        put(next, other, true);
        storage.plant("packs/" + left.name(), elsewhere.files().get("packs/" + left.name()));
      }
    }

    @Test
    @DisplayName("what a killed clean-up left over, also when there is nothing else to remove")
    void leftOverAlone() {
      Tensor other = Weights.fineTuned(next, 4);
      plantLeftOver(other);
      reachable.add(other.id());

      assertThat(sweep(Duration.ZERO).removed()).isZero();

      assertThat(store.catalog().refresh().findAll(next.id())).hasSize(1);
      assertThat(store.read(next.id())).isEqualTo(next);
      assertThat(store.read(other.id())).isEqualTo(other);
    }

    @Test
    @DisplayName("nothing while a base is only needed by what goes with it")
    void together() {
      put(base, null, false);
      put(next, base, false);
      put(Weights.random(9, 10), null, true);
      SweepReport report = sweep(Duration.ZERO);
      assertThat(report.reencoded()).isZero();
      assertThat(report.removed()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("that was killed leaves a mark that the next writer removes")
  void staleMark() {
    Tensor tensor = put(Weights.random(1, 100), null, true);
    new SweepMark(Set.copyOf(packs()), Set.of(tensor.id())).publish(storage, "packs");
    try (PutBatch batch = store.begin()) {
      assertThat(batch.put(tensor, null).kind()).isEqualTo(PutResult.Kind.WHOLE);
      batch.seal();
    }
    assertThat(storage.exists("packs/sweeping")).isFalse();
    assertThat(store.read(tensor.id())).isEqualTo(tensor);
  }

  @Test
  @DisplayName("that was cut off by a power loss leaves a torn mark that stops nobody")
  void tornMark() {
    Tensor tensor = put(Weights.random(1, 100), null, true);
    storage.plant("packs/sweeping", new byte[] {0, 0, 0, 1, 0, 0});
    put(tensor, null, true);
    put(Weights.random(2, 100), null, true);
    assertThat(storage.exists("packs/sweeping")).isFalse();
  }

  private List<String> packs() {
    return storage.list("packs").stream().filter(PackFormat::isPackName).toList();
  }

  /** Lets a batch choose its base just before the mark is published, and end just after. */
  private static final class LateWriter extends MemoryStorage {
    private Runnable beforeMark = () -> {};
    private Runnable afterMark = () -> {};

    @Override
    public synchronized void rename(String from, String to) {
      if (to.equals("packs/sweeping")) {
        beforeMark.run();
      }
      super.rename(from, to);
    }

    @Override
    public synchronized List<String> list(String directory) {
      if (exists("packs/sweeping")) {
        Runnable once = afterMark;
        afterMark = () -> {};
        once.run();
      }
      return super.list(directory);
    }
  }

  @Test
  @DisplayName("leaves no delta behind whose base is gone, of a batch that ended as it began")
  void leftOver() {
    LateWriter late = new LateWriter();
    Tensor base = Weights.random(1, 600);
    Tensor next = Weights.fineTuned(base, 2);
    try (ObjectStore sweeping = ObjectStore.open(late, store.options());
        ObjectStore writing = ObjectStore.open(late, store.options())) {
      try (PutBatch batch = sweeping.begin()) {
        batch.put(base, null);
        batch.seal();
      }
      PutBatch batch = writing.begin();
      late.beforeMark =
          () ->
              assertThat(batch.put(next, base.id()).kind())
                  .as("relies on what is to go")
                  .isEqualTo(PutResult.Kind.DELTA);
      late.afterMark =
          () -> {
            batch.seal();
            reachable.add(next.id());
            batch.close();
          };
      assertThat(sweeping.sweep(() -> Set.copyOf(reachable), Duration.ZERO).removed()).isOne();
      assertThat(sweeping.contains(base.id())).isFalse();
      PackSet packs = sweeping.catalog().refresh();
      assertThat(packs.findAll(next.id())).hasSize(1);
      assertThat(packs.findAll(next.id()).get(0).entry().base()).isNull();
      assertThat(sweeping.read(next.id())).isEqualTo(next);
      assertThat(sweeping.check(CheckLevel.DEEP, 1).damages()).isEmpty();
    }
  }

  @Test
  @DisplayName("of temporary files spares the young ones")
  void temporaries() {
    storage.setTime(clock.instant());
    storage.plant("tmp/old.h5", new byte[10]);
    clock.advance(Duration.ofHours(2));
    storage.setTime(clock.instant());
    storage.plant("tmp/young.h5", new byte[10]);
    assertThat(store.removeTemporaries(Duration.ofHours(1))).isEqualTo(1);
    assertThat(storage.list("tmp")).containsExactly("young.h5");
  }
}

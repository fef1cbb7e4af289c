package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.io.FileStorage;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An object store")
class ObjectStoreTest {
  @TempDir Path folder;
  private FileStorage storage;
  private ObjectStore store;

  @BeforeEach
  void open() {
    storage = FileStorage.open(folder);
    store = ObjectStore.open(storage, StoreOptions.defaults());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private PutResult put(TensorSource tensor, TensorId hint) {
    try (PutBatch batch = store.begin()) {
      PutResult result = batch.put(tensor, hint);
      batch.seal();
      return result;
    }
  }

  private ObjectStore reopened() {
    store.close();
    store = ObjectStore.open(storage, store.options());
    return store;
  }

  @Nested
  @DisplayName("gives back bit for bit (invariant 1)")
  class RoundTrip {
    @Test
    @DisplayName("what was put, after it was opened again")
    void small() {
      Tensor tensor = Weights.random(1, 100, 100);
      TensorId id = put(tensor, null).id();
      assertThat(id).isEqualTo(tensor.id());
      assertThat(reopened().read(id)).isEqualTo(tensor);
    }

    @Test
    @DisplayName("0-d, empty, one-element and opaque tensors")
    void odd() {
      List<Tensor> odd =
          List.of(
              Tensor.of(DType.F64, Shape.scalar(), ByteBuffer.allocate(8)),
              Tensor.of(DType.F32, Shape.of(0, 3), ByteBuffer.allocate(0)),
              Tensor.of(DType.BOOL, Shape.of(1), ByteBuffer.wrap(new byte[] {1})),
              Tensor.of(DType.F4, Shape.of(3, 2), ByteBuffer.wrap(new byte[] {1, 2, 3})),
              Tensor.of(DType.named("X_9"), Shape.of(7), ByteBuffer.wrap(new byte[] {1, 2})));
      try (PutBatch batch = store.begin()) {
        odd.forEach(tensor -> batch.put(tensor, null));
        batch.seal();
      }
      reopened();
      assertThat(odd).allSatisfy(tensor -> assertThat(store.read(tensor.id())).isEqualTo(tensor));
    }

    @Test
    @DisplayName("tensors too large to be encoded in memory, whole and in pieces")
    void large() {
      Tensor large = Weights.random(2, 1500, 1501);
      assertThat(large.byteLength()).isGreaterThan(PutBatch.SMALL_BYTES);
      Tensor next = Weights.fineTuned(large, 3);
      put(large, null);
      PutResult delta = put(next, large.id());
      assertThat(delta.kind()).isEqualTo(PutResult.Kind.DELTA);
      assertThat(store.read(next.id())).isEqualTo(next);
      TensorSource lazy = reopened().open(next.id());
      ByteBuffer piece = ByteBuffer.allocate(3_000_000);
      lazy.read(1_234_567, piece);
      assertThat(piece.flip()).isEqualTo(next.data().slice(1_234_567, 3_000_000));
      assertThatThrownBy(() -> lazy.read(lazy.byteLength() - 1, ByteBuffer.allocate(2)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    @DisplayName("many tensors put and read side by side")
    void many() {
      List<Tensor> tensors = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        tensors.add(Weights.random(i % 50, 40, 50 + i % 3));
      }
      try (PutBatch batch = store.begin()) {
        List<PutResult> results =
            batch.putAll(tensors.stream().map(each -> new PutRequest(each, null)).toList());
        assertThat(results).extracting(PutResult::id).isEqualTo(ids(tensors));
        batch.seal();
      }
      assertThat(reopened().readAll(ids(tensors)).values())
          .containsExactlyInAnyOrderElementsOf(tensors.stream().distinct().toList());
    }

    private List<TensorId> ids(List<Tensor> tensors) {
      return tensors.stream().map(Tensor::id).toList();
    }
  }

  @Nested
  @DisplayName("stores once")
  class Dedup {
    @Test
    @DisplayName("what is put again, within a batch and later")
    void duplicates() {
      Tensor tensor = Weights.random(1, 50, 50);
      try (PutBatch batch = store.begin()) {
        assertThat(batch.put(tensor, null).kind()).isEqualTo(PutResult.Kind.WHOLE);
        PutResult again = batch.put(Weights.random(1, 50, 50), null);
        assertThat(again.kind()).isEqualTo(PutResult.Kind.DUPLICATE);
        assertThat(again.storedBytes()).isZero();
        batch.seal();
      }
      assertThat(put(tensor, null).kind()).isEqualTo(PutResult.Kind.DUPLICATE);
      assertThat(store.stats().tensors()).isEqualTo(1);
      assertThat(store.stats().packs()).isEqualTo(1);
    }

    @Test
    @DisplayName("and tells nobody of a duplicate that somebody else is still encoding")
    void unwritten() throws Exception {
      Tensor tensor = Weights.random(1, 50, 50);
      CountDownLatch encoding = new CountDownLatch(1);
      CountDownLatch sealed = new CountDownLatch(1);
      AtomicInteger asked = new AtomicInteger();
      BaseSelector slowAtFirst =
          (target, id) -> {
            if (asked.getAndIncrement() == 0) {
              encoding.countDown();
              awaitQuietly(sealed);
            }
            return Optional.empty();
          };
      store = ObjectStore.open(storage, StoreOptions.defaults().withBases(slowAtFirst));
      try (PutBatch batch = store.begin()) {
        CompletableFuture<PutResult> first =
            CompletableFuture.supplyAsync(() -> batch.put(tensor, null));
        encoding.await();
        assertThat(batch.put(tensor, null).kind()).isEqualTo(PutResult.Kind.WHOLE);
        batch.seal();
        assertThat(store.read(tensor.id())).isEqualTo(tensor);
        sealed.countDown();
        assertThat(first.get().kind()).isEqualTo(PutResult.Kind.DUPLICATE);
      }
    }

    private static void awaitQuietly(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Test
    @DisplayName("but not what differs in one bit: a similar tensor is never replaced by another")
    void nearly() {
      Tensor zero = Tensor.of(new float[] {0f, 1f});
      Tensor negative = Tensor.of(new float[] {-0f, 1f});
      put(zero, null);
      put(negative, zero.id());
      assertThat(store.read(negative.id())).isEqualTo(negative);
      assertThat(store.read(zero.id())).isEqualTo(zero);
    }
  }

  @Nested
  @DisplayName("encodes against a base")
  class Deltas {
    private final Tensor base = Weights.random(1, 600, 600);
    private final Tensor next = Weights.fineTuned(base, 2);
    private final Tensor last = Weights.fineTuned(next, 3);

    @Test
    @DisplayName("that the caller hints at, and needs far fewer bytes")
    void hinted() {
      put(base, null);
      PutResult delta = put(next, base.id());
      assertThat(delta.kind()).isEqualTo(PutResult.Kind.DELTA);
      assertThat(delta.base()).isEqualTo(base.id());
      assertThat(delta.storedBytes()).isLessThan(6 * base.byteLength() / 10);
      assertThat(reopened().read(next.id())).isEqualTo(next);
    }

    @Test
    @DisplayName("at depth 1 unless told otherwise: a delta's own base is taken (invariant 7)")
    void depthOne() {
      put(base, null);
      put(next, base.id());
      PutResult third = put(last, next.id());
      assertThat(third.base()).isEqualTo(base.id());
      assertThat(store.info(last.id()).orElseThrow().depth()).isEqualTo(1);
      assertThat(store.read(last.id())).isEqualTo(last);
    }

    @Test
    @DisplayName("never deeper than the options allow (invariant 7)")
    void depthFour() {
      store = ObjectStore.open(storage, StoreOptions.defaults().withMaxDepth(4));
      Tensor tensor = base;
      put(tensor, null);
      for (int i = 0; i < 8; i++) {
        Tensor newer = Weights.fineTuned(tensor, i);
        put(newer, tensor.id());
        assertThat(store.info(newer.id()).orElseThrow().depth()).isLessThanOrEqualTo(4);
        tensor = newer;
      }
      assertThat(reopened().read(tensor.id())).isEqualTo(tensor);
    }

    @Test
    @DisplayName("not at all at depth 0")
    void depthZero() {
      store = ObjectStore.open(storage, StoreOptions.defaults().withMaxDepth(0));
      put(base, null);
      assertThat(put(next, base.id()).kind()).isEqualTo(PutResult.Kind.WHOLE);
    }

    @Test
    @DisplayName("of the same batch")
    void sameBatch() {
      try (PutBatch batch = store.begin()) {
        batch.put(base, null);
        assertThat(batch.put(next, base.id()).base()).isEqualTo(base.id());
        assertThat(batch.put(last, next.id()).base()).isEqualTo(base.id());
        batch.seal();
      }
      assertThat(reopened().read(last.id())).isEqualTo(last);
    }

    @Test
    @DisplayName("of another shape or unknown never")
    void unfit() {
      put(base, null);
      Tensor reshaped = Tensor.of(DType.F32, Shape.of(360_000), next.data());
      assertThat(put(reshaped, base.id()).kind()).isEqualTo(PutResult.Kind.WHOLE);
      assertThat(put(last, Weights.random(9, 2).id()).kind()).isEqualTo(PutResult.Kind.WHOLE);
    }

    @Test
    @DisplayName("that a selector proposes when the hint does not serve")
    void selected() {
      store =
          ObjectStore.open(
              storage, StoreOptions.defaults().withBases((target, id) -> Optional.of(base.id())));
      put(base, null);
      assertThat(put(next, null).base()).isEqualTo(base.id());
    }
  }

  @Nested
  @DisplayName("refuses")
  class Refuses {
    @Test
    @DisplayName("what it does not hold")
    void unknown() {
      TensorId unknown = Weights.random(1, 3).id();
      assertThat(store.contains(unknown)).isFalse();
      assertThat(store.info(unknown)).isEmpty();
      assertThatThrownBy(() -> store.read(unknown)).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> store.open(unknown)).isInstanceOf(NotFoundException.class);
    }

    @Test
    @DisplayName("a tensor that changes between hashing and encoding")
    void changing() {
      Tensor first = Weights.random(1, 1500, 1500);
      TensorSource shifty =
          new TensorSource() {
            private final AtomicInteger reads = new AtomicInteger();

            @Override
            public DType dtype() {
              return first.dtype();
            }

            @Override
            public Shape shape() {
              return first.shape();
            }

            @Override
            public long byteLength() {
              return first.byteLength();
            }

            @Override
            public void read(long position, ByteBuffer into) {
              int start = into.position();
              first.read(position, into);
              if (reads.incrementAndGet() > 9) {
                into.put(start, (byte) ~into.get(start));
              }
            }
          };
      try (PutBatch batch = store.begin()) {
        assertThatThrownBy(() -> batch.put(shifty, null))
            .isInstanceOf(CorruptDataException.class)
            .hasMessageContaining("changed while");
        batch.put(Weights.random(2, 3), null);
        batch.seal();
      }
      assertThat(store.stats().tensors()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("leaves nothing of a batch that was not sealed")
  void unsealed() {
    Tensor tensor = Weights.random(1, 10, 10);
    try (PutBatch batch = store.begin()) {
      batch.put(tensor, null);
    }
    assertThat(store.contains(tensor.id())).isFalse();
    assertThat(storage.list("tmp")).isEmpty();
    assertThat(store.stats().packs()).isZero();
  }

  @Test
  @DisplayName("verifies writes when told to, and stores the same")
  void verifiedWrites() {
    store = ObjectStore.open(storage, StoreOptions.defaults().withVerifyWrites(true));
    Tensor base = Weights.random(1, 1500, 1500);
    Tensor next = Weights.fineTuned(base, 2);
    put(base, null);
    assertThat(put(next, base.id()).kind()).isEqualTo(PutResult.Kind.DELTA);
    assertThat(put(Weights.random(3, 10), null).kind()).isEqualTo(PutResult.Kind.WHOLE);
    assertThat(reopened().read(next.id())).isEqualTo(next);
  }

  @Test
  @DisplayName("needs at most 130 bytes per tensor beyond its encoding, everything on disk counted")
  void overhead() {
    int count = 2000;
    long encoded = 0;
    try (PutBatch batch = store.begin()) {
      for (int i = 0; i < count; i++) {
        encoded += batch.put(Weights.random(i, 4, 4), null).storedBytes();
      }
      batch.seal();
    }
    store.rebuildIndex();
    long disk = 0;
    for (String name : storage.list("packs")) {
      disk += storage.size("packs/" + name);
    }
    assertThat(disk - encoded).isBetween(1L, 130L * count);
  }

  @Test
  @DisplayName("sees what another store on the same storage has sealed")
  void twoStores() {
    Tensor tensor = Weights.random(1, 10, 10);
    assertThat(store.contains(tensor.id())).isFalse();
    try (ObjectStore other = ObjectStore.open(storage, StoreOptions.defaults());
        PutBatch batch = other.begin()) {
      batch.put(tensor, null);
      batch.seal();
    }
    assertThat(store.read(tensor.id())).isEqualTo(tensor);
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.ForwardingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Invariant 6: of two batches that are open in one store")
class LeasesTest {
  private final MemoryStorage storage = new MemoryStorage();
  private final Tensor first = Weights.random(1, 100);
  private final Tensor second = Weights.random(2, 100);
  private ObjectStore store;
  private ObjectStore other;

  @BeforeEach
  void open() {
    store = ObjectStore.open(storage, StoreOptions.defaults());
    other = ObjectStore.open(storage, StoreOptions.defaults());
    try (PutBatch batch = store.begin()) {
      batch.put(first, null);
      batch.put(second, null);
      batch.seal();
    }
  }

  @AfterEach
  void close() {
    other.close();
    store.close();
  }

  private static int swept(ObjectStore by) {
    return by.sweep(Set::of, Duration.ZERO).removed();
  }

  @Nested
  @DisplayName("the one that is closed takes from the other")
  class Closed {
    @Test
    @DisplayName("nothing that it relies on, as other stores see it")
    void elsewhere() {
      try (PutBatch open = store.begin()) {
        open.put(first, null);
        try (PutBatch closed = store.begin()) {
          closed.put(second, null);
        }
        assertThat(swept(other)).isLessThanOrEqualTo(1);
        assertThat(other.read(first.id())).isEqualTo(first);
      }
      swept(other);
      assertThat(other.contains(first.id())).isFalse();
      assertThat(other.contains(second.id())).isFalse();
    }

    @Test
    @DisplayName("nothing that both rely on, as their own store sees it")
    void both() {
      try (PutBatch open = store.begin()) {
        open.put(first, null);
        try (PutBatch closed = store.begin()) {
          closed.put(first, null);
          closed.put(second, null);
        }
        assertThat(swept(store)).isEqualTo(1);
        assertThat(store.read(first.id())).isEqualTo(first);
        assertThat(store.contains(second.id())).isFalse();
      }
      assertThat(swept(store)).isEqualTo(1);
    }

    @Test
    @DisplayName("nothing that comes after, when a new batch begins to write the pins anew")
    void again() {
      try (PutBatch open = store.begin()) {
        open.put(first, null);
      }
      try (PutBatch next = store.begin()) {
        next.put(second, null);
        assertThat(swept(other)).isEqualTo(1);
        assertThat(other.read(second.id())).isEqualTo(second);
        assertThat(other.contains(first.id())).isFalse();
      }
    }
  }

  @Nested
  @DisplayName("one that begins to rely on a tensor between the first look of a sweep and its mark")
  class BetweenLookAndMark {
    private final Set<TensorId> reachable = new HashSet<>();
    private PutBatch batch;
    private ObjectStore sweeping;

    /** The sweep notes what is unreachable after it has looked and before it says so. */
    @BeforeEach
    void open() {
      sweeping =
          ObjectStore.open(
              new ForwardingStorage(storage) {
                @Override
                public void rename(String from, String to) {
                  super.rename(from, to);
                  if (to.endsWith("doomed") && batch == null) {
                    batch = other.begin();
                    assertThat(batch.put(first, null).kind()).isEqualTo(PutResult.Kind.DUPLICATE);
                  }
                }
              },
              StoreOptions.defaults());
    }

    @AfterEach
    void close() {
      batch.close();
      sweeping.close();
    }

    @Test
    @DisplayName("keeps it")
    void pinned() {
      assertThat(swept(sweeping)).isEqualTo(1);
      assertThat(other.read(first.id())).isEqualTo(first);
    }

    @Test
    @DisplayName("keeps it when its reference comes while the sweep asks for references again")
    void referred() {
      Liveness answering =
          () -> {
            Set<TensorId> answer = Set.copyOf(reachable);
            if (batch != null) {
              reachable.add(first.id());
              batch.close();
            }
            return answer;
          };
      assertThat(sweeping.sweep(answering, Duration.ZERO).removed()).isEqualTo(1);
      assertThat(reachable).containsExactly(first.id());
      assertThat(other.read(first.id())).isEqualTo(first);
    }
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Arrays for encoded bytes")
class SpareArraysTest {
  private static final int THREADS = 4;

  private final SpareArrays spare = new SpareArrays();

  @Test
  @DisplayName("are lent to one at a time, and again once they were given back")
  void lent() {
    byte[] first;
    try (SpareArrays.Loan one = spare.lend();
        SpareArrays.Loan other = spare.lend()) {
      first = one.take(100);
      assertThat(first).hasSizeGreaterThanOrEqualTo(100);
      assertThat(one.take(100)).isNotSameAs(first);
      assertThat(other.take(100)).isNotSameAs(first);
    }
    try (SpareArrays.Loan next = spare.lend()) {
      assertThat(List.of(next.take(90), next.take(90), next.take(90))).anyMatch(it -> it == first);
    }
  }

  @Test
  @DisplayName("are as large as asked for: smaller ones make room for them")
  void largeEnough() {
    try (SpareArrays.Loan small = spare.lend()) {
      small.take(10);
    }
    byte[] large;
    try (SpareArrays.Loan next = spare.lend()) {
      large = next.take(1000);
      assertThat(large).hasSizeGreaterThanOrEqualTo(1000);
    }
    try (SpareArrays.Loan last = spare.lend()) {
      assertThat(last.take(10)).isSameAs(large);
    }
  }

  /**
   * Long and short encodings, alone and in chains, so that arrays are left over from all others.
   */
  private static List<Tensor> stored(ObjectStore store) {
    List<Tensor> tensors = new ArrayList<>();
    try (PutBatch batch = store.begin()) {
      for (int family = 0; family < 6; family++) {
        Tensor tensor = Weights.random(family, 30 + 37 * family, 40);
        TensorId hint = null;
        for (int depth = 0; depth < 4; depth++) {
          batch.put(tensor, hint);
          tensors.add(tensor);
          hint = tensor.id();
          tensor = Weights.fineTuned(tensor, 100L * family + depth);
        }
      }
      batch.seal();
    }
    return tensors;
  }

  @Test
  @DisplayName("serve readers who read at once, each of whom gets what was stored")
  void readAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (ObjectStore store = ObjectStore.open(new MemoryStorage(), StoreOptions.defaults())) {
      List<Tensor> tensors = stored(store);
      List<Callable<List<Tensor>>> readers = new ArrayList<>();
      for (int reader = 0; reader < THREADS; reader++) {
        List<Tensor> order = new ArrayList<>(tensors);
        Collections.shuffle(order, new Random(reader));
        readers.add(() -> order.stream().filter(it -> !store.read(it.id()).equals(it)).toList());
      }
      for (Future<List<Tensor>> wrong : threads.invokeAll(readers)) {
        assertThat(wrong.get()).isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}

package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.CountedReads;
import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A snapshot is lazy")
class LazyReadsTest {
  private static final int ELEMENTS = 5_000;

  private static Tensor tensor(int seed) {
    Random random = new Random(seed);
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values);
  }

  private static MemoryStorage storage(int tensors) {
    MemoryStorage storage = new MemoryStorage();
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      Transaction transaction = repository.transaction("main");
      for (int i = 0; i < tensors; i++) {
        transaction.put("layer." + i, tensor(i));
      }
      transaction.commit("a model");
    }
    return storage;
  }

  /** Returns how many bytes it takes to take a snapshot, and then to read one tensor of it. */
  private static long[] bytesRead(int tensors) {
    CountedReads reads = new CountedReads();
    try (Repository repository = Repository.open(reads.of(storage(tensors)), Clock.systemUTC())) {
      assertThat(repository.snapshot("main").tensor("layer.1")).isEqualTo(tensor(1));
      reads.take();
      Snapshot snapshot = repository.snapshot("main");
      long taken = reads.take();
      assertThat(snapshot.tensor("layer.2")).isEqualTo(tensor(2));
      return new long[] {taken, reads.take()};
    }
  }

  @Test
  @DisplayName("and reads of one tensor what it takes, however many there are beside it")
  void one() {
    long[] few = bytesRead(5);
    long[] many = bytesRead(200);
    assertThat(many[0]).as("bytes read for a snapshot").isLessThan(1_000);
    assertThat(few[1]).as("bytes read for one tensor of five").isBetween(15_000L, 25_000L);
    assertThat(many[1]).as("bytes read for one tensor of 200").isBetween(15_000L, 25_000L);
  }
}

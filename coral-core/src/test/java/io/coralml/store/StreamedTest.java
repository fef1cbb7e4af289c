package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.ForwardingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.io.WritableFile;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor of some megabytes")
class StreamedTest {
  private static final int ELEMENTS = 1_000_000;

  private final List<Long> ahead = new ArrayList<>();
  private final MemoryStorage memory = new MemoryStorage();
  private final ForwardingStorage storage =
      new ForwardingStorage(memory) {
        @Override
        public WritableFile createTemporary(String suffix) {
          return new ForwardingFile(super.createTemporary(suffix)) {
            @Override
            public void forceAhead() {
              ahead.add(length());
              super.forceAhead();
            }
          };
        }
      };

  private static Tensor random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return Tensor.of(values);
  }

  private long put(StoreOptions options, List<Tensor> tensors) {
    try (ObjectStore store = ObjectStore.open(storage, options)) {
      try (PutBatch batch = store.begin()) {
        batch.putAll(tensors.stream().map(each -> new PutRequest(each, null)).toList());
        batch.seal();
      }
      tensors.forEach(each -> assertThat(store.read(each.id())).isEqualTo(each));
      assertThat(store.check(CheckLevel.DEEP, 1).damages()).isEmpty();
      return store.stats().encodedBytes();
    }
  }

  @Test
  @DisplayName("that is put alone goes to the disk in part while the rest is being encoded")
  void alone() {
    long bytes = put(StoreOptions.defaults(), List.of(random(1)));
    assertThat(ahead)
        .singleElement()
        .satisfies(at -> assertThat(at).isBetween(bytes / 4, bytes * 3 / 4));
  }

  @Test
  @DisplayName("is encoded to the same bytes whether it is put alone, verified, or beside others")
  void same() {
    Tensor tensor = random(2);
    long alone = put(StoreOptions.defaults(), List.of(tensor));
    StreamedTest verified = new StreamedTest();
    assertThat(verified.put(StoreOptions.defaults().withVerifyWrites(true), List.of(tensor)))
        .isEqualTo(alone);
    StreamedTest beside = new StreamedTest();
    long both = beside.put(StoreOptions.defaults(), List.of(tensor, random(3)));
    assertThat(both).isBetween(2 * alone - alone / 50, 2 * alone + alone / 50);
  }

  @Test
  @DisplayName("is not written before it is verified, where writes are")
  void verified() {
    put(StoreOptions.defaults().withVerifyWrites(true), List.of(random(4)));
    assertThat(ahead).isEmpty();
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.codec.Effort;
import io.coralml.codec.TensorCodec;
import io.coralml.crash.MemoryStorage;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackWriter;
import io.coralml.tensor.Tensor;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Tensors each of which claims the other as its base")
class EndlessChainTest {
  private final MemoryStorage storage = new MemoryStorage();
  private final Tensor one = Weights.random(1, 40, 40);
  private final Tensor other = Weights.fineTuned(one, 2);

  private static void add(PackWriter pack, Tensor tensor, Tensor base) {
    PackWriter.Appending appending = pack.append();
    appending.write(TensorCodec.of(Effort.FAST).encode(tensor, base).bytes());
    PackEntry.Form form = new PackEntry.Form(tensor.dtype(), tensor.shape(), tensor.byteLength());
    appending.finish(tensor.id(), form, base.id(), 1, null);
  }

  @Test
  @DisplayName("are refused in one sentence, not followed round and round")
  void circle() {
    storage.createDirectory(ObjectStore.DIRECTORY);
    try (PackWriter pack = PackWriter.begin(storage)) {
      add(pack, one, other);
      add(pack, other, one);
      pack.complete(Instant.EPOCH);
      pack.publish(ObjectStore.DIRECTORY);
    }
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults())) {
      assertThatThrownBy(() -> store.read(one.id()))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("chain of bases without an end")
          .hasMessageContaining("run fsck");
    }
  }
}

package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.NotFoundException;
import io.coralml.crash.MemoryStorage;
import io.coralml.pack.PackFormat;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A reader who looks for packs while another process merges them")
class MergedWhileReadTest {
  private static final int PACKS = 6;

  /** Runs something right after a directory was listed, or lists nothing, the next few times. */
  private static final class Listed extends MemoryStorage {
    private final List<String> phantoms = new ArrayList<>();
    private Runnable after = () -> {};
    private int times;
    private boolean torn;

    @Override
    public synchronized List<String> list(String directory) {
      List<String> names = new ArrayList<>(super.list(directory));
      names.addAll(phantoms);
      if (times == 0) {
        return names;
      }
      times--;
      after.run();
      return torn ? List.of() : names;
    }
  }

  private final Listed storage = new Listed();
  private final List<TensorId> ids = new ArrayList<>();

  @BeforeEach
  void packs() {
    for (int i = 0; i < PACKS; i++) {
      put(i);
    }
  }

  @Test
  @DisplayName("sees some packs soon, and every tensor, beside writers who never pause")
  void endless() {
    int most = 200;
    storage.after = this::write;
    storage.times = most;
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      assertThat(reader.catalog().refresh().packs()).isNotEmpty();
      assertThat(most - storage.times).isBetween(2, 40);
      for (TensorId id : List.copyOf(ids)) {
        assertThat(reader.read(id).id()).isEqualTo(id);
      }
    }
  }

  /** Writes one more pack, as another process does. */
  private void write() {
    int left = storage.times;
    storage.times = 0;
    put(ids.size());
    storage.times = left;
  }

  private void put(int number) {
    try (ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults());
        PutBatch batch = store.begin()) {
      Tensor tensor = Weights.random(number, 10);
      ids.add(tensor.id());
      batch.put(tensor, null);
      batch.seal();
    }
  }

  private void merge() {
    int left = storage.times;
    storage.times = 0;
    try (ObjectStore other = ObjectStore.open(storage, StoreOptions.defaults())) {
      other.merger().replace(other.catalog().refresh().packs().values(), entry -> true);
    }
    storage.times = left;
  }

  @Test
  @DisplayName("finds the merged pack when those he was told of have gone, at any look")
  void gone() {
    storage.after = this::merge;
    storage.times = 3;
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      ids.forEach(id -> assertThat(reader.read(id).id()).isEqualTo(id));
    }
    storage.times = 3;
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      ids.forEach(id -> assertThat(reader.open(id).id()).isEqualTo(id));
    }
  }

  @Test
  @DisplayName("does not look for ever for a pack that is listed and is not there")
  void phantom() {
    String name =
        storage.list(ObjectStore.DIRECTORY).stream()
            .filter(PackFormat::isPackName)
            .findFirst()
            .orElseThrow();
    storage.phantoms.add((name.charAt(0) == '0' ? '1' : '0') + name.substring(1));
    assertThat(storage.phantoms).allMatch(PackFormat::isPackName);
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      ids.forEach(id -> assertThat(reader.read(id).id()).isEqualTo(id));
      TensorId none = Weights.random(99, 10).id();
      assertThatThrownBy(() -> reader.read(none)).isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  @DisplayName("looks once more when he was told of nothing, and then believes it")
  void torn() {
    storage.torn = true;
    storage.times = 1;
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      assertThat(reader.read(ids.get(0)).id()).isEqualTo(ids.get(0));
      TensorId none = Weights.random(99, 10).id();
      assertThatThrownBy(() -> reader.read(none)).isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  @DisplayName("misses nothing that he asks for or checks, when he was told of nothing at first")
  void tornOnce() {
    storage.torn = true;
    storage.times = 1;
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      assertThat(reader.contains(ids.get(0))).isTrue();
    }
    storage.times = 1;
    try (ObjectStore reader = ObjectStore.open(storage, StoreOptions.defaults())) {
      assertThat(reader.info(ids.get(0))).isPresent();
      storage.times = 1;
      assertThat(reader.check(CheckLevel.STRUCTURE, 1).tensors()).isEqualTo(PACKS);
    }
  }
}

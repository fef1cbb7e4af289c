package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CoralException;
import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The property {@value #STEP} says how many bytes lie between two that are changed; 1 changes every
 * byte of the repository.
 */
@Tag("integrity")
@DisplayName("A byte that changes anywhere in a repository")
class DamagedRepositoryTest {
  private static final String STEP = "coral.test.flip.step";
  private static final int FEW = 17;
  private static final Clock CLOCK = Clock.systemUTC();

  private static Tensor tensor(int seed) {
    float[] values = new float[60];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(seed + i * 78.233);
    }
    return Tensor.of(values, 6, 10);
  }

  private static MemoryStorage small() {
    MemoryStorage storage = new MemoryStorage();
    try (Repository repository = Repository.init(storage, CLOCK)) {
      repository
          .transaction("main")
          .put("a", tensor(1), Map.of("layer", "1"))
          .put("b", tensor(2))
          .metadata(Map.of("loss", "0.5"))
          .commit("first");
      float[] tuned = tensor(1).toFloats();
      tuned[3] += 0.5f;
      repository.transaction("main").put("a", Tensor.of(tuned, 6, 10)).commit("second");
      repository.store().rebuildIndex();
    }
    return storage;
  }

  /** All that a reader can ask for: the tensors, what is noted of them, and the history. */
  private static SortedMap<String, Object> everything(MemoryStorage storage) {
    TreeMap<String, Object> all = new TreeMap<>();
    try (Repository repository = Repository.open(storage, CLOCK)) {
      int number = 0;
      for (var commit : repository.log("main")) {
        Snapshot snapshot = repository.snapshot(commit.id());
        String prefix = "commit " + number + " ";
        all.put(prefix, commit);
        all.put(prefix + "metadata", snapshot.metadata());
        all.put(prefix + "infos", snapshot.infos());
        snapshot.names().forEach(name -> all.put(prefix + name, snapshot.tensor(name)));
        number++;
      }
    }
    return all;
  }

  @Test
  @DisplayName("invariant 1: is noticed or harms nothing; nobody is ever given anything else")
  void everyByte() {
    int step = Integer.getInteger(STEP, FEW);
    MemoryStorage sound = small();
    SortedMap<String, Object> expected = everything(sound);
    Map<String, Integer> noticed = new LinkedHashMap<>();
    int number = 0;
    for (Map.Entry<String, byte[]> file : sound.files().entrySet()) {
      for (int at = number % step; at < file.getValue().length; at += step) {
        byte[] damaged = file.getValue().clone();
        damaged[at] ^= (byte) (1 << (number++ & 7));
        MemoryStorage storage = sound.copy();
        storage.plant(file.getKey(), damaged);
        try {
          assertThat(everything(storage)).as("%s, byte %d", file.getKey(), at).isEqualTo(expected);
        } catch (CoralException e) {
          noticed.merge(file.getKey().replaceAll(".*[.]", ""), 1, Integer::sum);
        }
      }
    }
    assertThat(noticed).as("by kind of file").containsKeys("h5", "pack", "idx");
    assertThat(noticed.values().stream().mapToInt(Integer::intValue).sum())
        .isGreaterThan(number / 4);
  }
}

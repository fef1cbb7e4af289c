package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.crash.CountedReads;
import io.coralml.crash.MemoryStorage;
import io.coralml.format.Safetensors;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.store.StoreStats;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test for each defect of the Python original that a store or a repository can have. */
@DisplayName("No defect of the original:")
class OriginalDefectsTest {
  private final MemoryStorage storage = new MemoryStorage();
  private Repository repository = Repository.init(storage, Clock.systemUTC());

  @AfterEach
  void close() {
    repository.close();
  }

  private CommitId commit(String name, Tensor tensor) {
    return repository.transaction("main").put(name, tensor).commit("put " + name);
  }

  private static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private void reopen() {
    repository.close();
    repository = Repository.open(storage, Clock.systemUTC());
  }

  @Test
  @DisplayName("a delta does not round, where a difference of floats would")
  void roundingDeltas() {
    float[] base = random(1, 1000);
    float[] tuned = base.clone();
    for (int i = 0; i < tuned.length; i++) {
      base[i] *= i % 2 == 0 ? 1e8f : 1e-8f;
      tuned[i] = Math.nextUp(base[i]) + (i % 2 == 0 ? 0 : 1e-8f);
    }
    commit("w", Tensor.of(base));
    commit("w", Tensor.of(tuned));
    assertThat(repository.store().stats().deltas()).isEqualTo(1);
    assertThat(repository.snapshot("main").tensor("w")).isEqualTo(Tensor.of(tuned));
  }

  @Test
  @DisplayName("f64 stays f64")
  void doubles() {
    Tensor tensor = Tensor.of(new double[] {Math.PI, Math.nextUp(1.0), 1e300, -1e-300});
    commit("w", tensor);
    assertThat(repository.snapshot("main").info("w").dtype()).isEqualTo(DType.F64);
    assertThat(repository.snapshot("main").tensor("w")).isEqualTo(tensor);
  }

  @Test
  @DisplayName("-0.0, payloads of NaN, subnormals and infinities keep their bits, also as deltas")
  void specialValues() {
    int[] bits = {0x80000000, 0, 0x7fc00001, 0x7f800001, 0xffc12345, 1, 0x807fffff, 0x7f800000};
    ByteBuffer first = ByteBuffer.allocate(4 * 64).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer second = ByteBuffer.allocate(4 * 64).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 64; i++) {
      first.putInt(bits[i % bits.length]);
      second.putInt(bits[(i + (i % 5 == 0 ? 1 : 0)) % bits.length]);
    }
    Tensor one = Tensor.of(DType.F32, Shape.of(64), first.flip());
    Tensor two = Tensor.of(DType.F32, Shape.of(64), second.flip());
    CommitId before = commit("w", one);
    commit("w", two);
    assertThat(repository.snapshot(before).tensor("w")).isEqualTo(one);
    assertThat(repository.snapshot("main").tensor("w")).isEqualTo(two);
  }

  @Test
  @DisplayName("a tensor stands under its own identity, and diff sees the smallest change")
  void blindDiff() {
    float[] values = random(2, 500);
    CommitId before = commit("w", Tensor.of(values));
    values[250] = Math.nextUp(values[250]);
    CommitId after = commit("w", Tensor.of(values));
    assertThat(repository.snapshot(after).info("w").id()).isEqualTo(Tensor.of(values).id());
    assertThat(repository.diff(before.hex(), after.hex()).changed()).hasSize(1);
  }

  @Test
  @DisplayName("small similar tensors are not replaced by one another")
  void smallSimilar() {
    for (int i = 0; i < 20; i++) {
      commit("w" + i, Tensor.of(new float[] {1 + i * Math.ulp(1f), 2, 3, 4}));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(repository.snapshot("main").tensor("w" + i).toFloats()[0])
          .isEqualTo(1 + i * Math.ulp(1f));
    }
  }

  @Test
  @DisplayName("each version of a tensor is read as that version, not as an earlier delta")
  void staleDeltas() {
    float[] values = random(3, 400);
    List<CommitId> commits =
        Stream.of(0, 1, 2, 3, 4)
            .map(
                i -> {
                  values[0] = i;
                  return commit("w", Tensor.of(values.clone()));
                })
            .toList();
    reopen();
    for (int i = 0; i < commits.size(); i++) {
      values[0] = i;
      assertThat(repository.snapshot(commits.get(i)).tensor("w")).isEqualTo(Tensor.of(values));
    }
  }

  @Test
  @DisplayName("what a delta yields is verified: damage to its base is noticed")
  void unverifiedDeltas() {
    float[] values = random(4, 400);
    commit("w", Tensor.of(values));
    String pack =
        storage.files().keySet().stream()
            .filter(it -> it.endsWith(".h5"))
            .findFirst()
            .orElseThrow();
    values[7] += 1;
    commit("w", Tensor.of(values));
    byte[] bytes = storage.files().get(pack);
    bytes[4096 + 700] ^= 1;
    storage.plant(pack, bytes);
    reopen();
    assertThatThrownBy(() -> repository.snapshot("main").tensor("w"))
        .isInstanceOf(CoralException.class);
  }

  @Test
  @DisplayName("a clean-up leaves staged weights alone")
  void stagedWeights(@TempDir Path folder) {
    Tensor tensor = Tensor.of(random(5, 50));
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, Map.of("staged", tensor), Map.of());
    commit("w", Tensor.of(random(6, 50)));
    repository.staging().add(Safetensors.open(file), Staging.Mode.UPSERT);
    repository.gc(GcOptions.immediate());
    assertThat(repository.store().read(tensor.id())).isEqualTo(tensor);
  }

  @Test
  @DisplayName("HEAD holds the whole model, not the last commit's tensors alone")
  void wholeModel() {
    for (int i = 0; i < 5; i++) {
      commit("w" + i, Tensor.of(new float[] {i}));
    }
    assertThat(repository.snapshot("HEAD").names()).containsExactly("w0", "w1", "w2", "w3", "w4");
  }

  @Test
  @DisplayName("0-d and empty tensors are tensors")
  void scalarsAndEmpty() {
    Tensor scalar = Tensor.of(DType.F32, Shape.of(), ByteBuffer.wrap(new byte[] {0, 0, -128, 63}));
    Tensor empty = Tensor.of(new float[0], 0, 7);
    repository.transaction("main").put("scalar", scalar).put("empty", empty).commit("both");
    assertThat(repository.snapshot("main").tensor("scalar")).isEqualTo(scalar);
    assertThat(repository.snapshot("main").tensor("empty")).isEqualTo(empty);
  }

  @Test
  @DisplayName("one torn file does not lose the history before it")
  void tornFile() {
    CommitId first = commit("w", Tensor.of(random(7, 100)));
    List<String> before = List.copyOf(storage.files().keySet());
    commit("w", Tensor.of(random(8, 100)));
    for (Map.Entry<String, byte[]> file : storage.files().entrySet()) {
      if (!before.contains(file.getKey()) && file.getKey().matches(".*[.](h5|pack)")) {
        storage.plant(file.getKey(), Arrays.copyOf(file.getValue(), file.getValue().length / 2));
      }
    }
    reopen();
    assertThat(repository.snapshot(first).tensor("w")).isEqualTo(Tensor.of(random(7, 100)));
    assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isFalse();
  }

  @Test
  @DisplayName("what a kill leaves behind neither keeps the repository shut nor hangs")
  void leftovers() {
    commit("w", Tensor.of(new float[] {1}));
    storage.plant("refs/heads/main.lock", new byte[0]);
    storage.plant("HEAD.lock", new byte[] {1});
    storage.plant("tmp/half-written.h5", new byte[100]);
    storage.plant("packs/pins-0", new byte[32]);
    reopen();
    CommitId next = commit("w", Tensor.of(new float[] {2}));
    assertThat(repository.log("main")).extracting(Commit::id).contains(next).hasSize(2);
  }

  @Test
  @DisplayName("no name of a branch writes outside")
  void evilBranch(@TempDir Path folder) throws Exception {
    Path inside = folder.resolve("a/b");
    try (Repository here = Repository.init(inside)) {
      for (String name : List.of("../../evil", "/evil", "a/../../evil", "..", "refs/../../x")) {
        assertThatThrownBy(
                () -> here.transaction(name).put("w", Tensor.of(new float[] {1})).commit("evil"))
            .isInstanceOf(InvalidInputException.class);
      }
    }
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(path -> path.toString().contains("evil"))).isEmpty();
    }
  }

  @Test
  @DisplayName("a search for a base reads what resembles the tensor, not every tensor there is")
  void quadraticScan() {
    repository.configure(RepositoryOptions.defaults().withSimilarity(0.1));
    reopen();
    Transaction transaction = repository.transaction("main");
    for (int i = 0; i < 200; i++) {
      transaction.put("t" + i, Tensor.of(random(i, 5_000)));
    }
    transaction.commit("many strangers");
    repository.close();
    CountedReads read = new CountedReads();
    repository = Repository.open(read.of(storage), Clock.systemUTC());
    float[] tuned = random(7, 5_000);
    tuned[0] += 1;
    commit("fine-tune", Tensor.of(tuned));
    assertThat(repository.store().stats().deltas()).isEqualTo(1);
    commit("stranger", Tensor.of(random(999, 5_000)));
    assertThat(repository.store().stats().deltas()).isEqualTo(1);
    assertThat(read.take()).as("bytes read of 4,000,000").isLessThan(400_000);
  }

  @Test
  @DisplayName("savings that are claimed are savings on disk")
  void claimedSavings() {
    float[] values = random(9, 20_000);
    commit("w", Tensor.of(values));
    for (int i = 0; i < 5; i++) {
      values[i] += 1;
      commit("w", Tensor.of(values.clone()));
    }
    StoreStats stats = repository.store().stats();
    long onDisk =
        storage.files().entrySet().stream()
            .filter(file -> file.getKey().endsWith(".h5"))
            .mapToLong(file -> file.getValue().length)
            .sum();
    assertThat(stats.packBytes()).isEqualTo(onDisk);
    assertThat(stats.deltas()).isEqualTo(5);
    assertThat(onDisk).isLessThan(stats.tensorBytes() / 4);
  }
}

package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.cluster.ClusterPlan;
import io.coralml.cluster.Clustering;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.cluster.PlanExtension;
import io.coralml.similarity.SketchIndex;
import io.coralml.store.RepackOptions;
import io.coralml.store.RepackReport;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Finding bases")
class RepackingTest {
  @TempDir Path folder;

  private static Tensor random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[4000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.02f;
    }
    return Tensor.of(values, 40, 100);
  }

  private static Tensor tuned(Tensor tensor, double share, long seed) {
    Random random = new Random(seed);
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (random.nextGaussian() * share * 0.02);
    }
    return Tensor.of(values, tensor.shape().dims());
  }

  private static Map<String, Tensor> families() {
    Map<String, Tensor> tensors = new TreeMap<>();
    for (int i = 0; i < 30; i++) {
      tensors.put("model" + i + ".w", tuned(random(i / 6), 0.01, i));
    }
    tensors.put("stranger", random(999));
    tensors.put("tiny", Tensor.of(new float[] {1, 2, 3}));
    return tensors;
  }

  private static void commit(Repository repository, Map<String, Tensor> tensors) {
    Transaction transaction = repository.transaction("main");
    tensors.forEach(transaction::put);
    transaction.commit("a commit");
  }

  private static void intact(Repository repository, Map<String, Tensor> tensors) {
    tensors.forEach(
        (name, tensor) -> assertThat(repository.snapshot("main").tensor(name)).isEqualTo(tensor));
    assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
  }

  private Repository configured(String name, double similarity) {
    try (Repository repository = Repository.init(folder.resolve(name))) {
      repository.configure(RepositoryOptions.defaults().withSimilarity(similarity));
    }
    return Repository.open(folder.resolve(name));
  }

  private long packBytes(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name + "/.coral/packs"))) {
      return files
          .filter(each -> each.toString().endsWith(".h5"))
          .mapToLong(RepackingTest::size)
          .sum();
    }
  }

  private static long size(Path file) {
    return file.toFile().length();
  }

  @Test
  @DisplayName("relatives of any name are found when they are stored, unless that is switched off")
  void bothPositions() {
    try (Repository on = configured("on", 0.02);
        Repository off = configured("off", 1)) {
      families().forEach((name, tensor) -> commit(on, Map.of(name, tensor)));
      commit(off, families());
      assertThat(on.store().stats().deltas()).isEqualTo(25);
      assertThat(off.store().stats().deltas()).isZero();
      intact(on, families());
      intact(off, families());
    }
    assertThat(folder.resolve("on/.coral/" + SketchIndex.DIRECTORY)).isDirectory();
    assertThat(folder.resolve("off/.coral/" + SketchIndex.DIRECTORY)).doesNotExist();
  }

  @Test
  @DisplayName("a threshold above what a base saves leaves tensors alone")
  void threshold() {
    try (Repository strict = configured("strict", 0.9)) {
      commit(strict, families());
      assertThat(strict.store().stats().deltas()).isZero();
    }
  }

  @Test
  @DisplayName("a hint that does not serve is passed over for a relative that does")
  void uselessHint() {
    try (Repository repository = configured("hint", 0.02)) {
      commit(repository, Map.of("head", random(1), "other", random(2)));
      commit(repository, Map.of("head", tuned(random(2), 0.01, 5)));
      StoredInfo info = repository.store().info(tuned(random(2), 0.01, 5).id()).orElseThrow();
      assertThat(info.base()).isEqualTo(random(2).id());
    }
  }

  @Test
  @DisplayName("relatives are found by the next process too, and without or with a broken index")
  void rebuilt() throws IOException {
    for (String damage : List.of("none", "missing", "broken")) {
      try (Repository repository = configured(damage, 0.02)) {
        commit(repository, Map.of("a", random(1), "b", random(2)));
      }
      Path index = folder.resolve(damage + "/.coral/" + SketchIndex.DIRECTORY);
      try (Stream<Path> files = Files.list(index)) {
        for (Path file : files.toList()) {
          if (damage.equals("missing")) {
            Files.delete(file);
          } else if (damage.equals("broken")) {
            Files.write(file, new byte[100]);
          }
        }
      }
      try (Repository repository = Repository.open(folder.resolve(damage))) {
        commit(repository, Map.of("renamed", tuned(random(2), 0.01, 9)));
        assertThat(repository.store().stats().deltas()).as(damage).isEqualTo(1);
      }
    }
  }

  @Test
  @DisplayName("a repack shrinks the packs by what its plan and its dry run promised")
  void shrinks() throws IOException {
    try (Repository repository = configured("repack", 1)) {
      commit(repository, families());
      long before = packBytes("repack");
      for (ClusteringStrategy strategy : ClusteringStrategy.values()) {
        ClusterPlan plan = repository.repack().plan(strategy);
        RepackReport dry =
            repository.repack().apply(plan, RepackOptions.defaults().withDryRun(true));
        RepackReport report = repository.repack(plan);
        assertThat(report.bytesAfter()).as("%s", strategy).isEqualTo(packBytes("repack"));
        assertThat((double) dry.bytesAfter() / report.bytesAfter()).isBetween(0.97, 1.03);
        assertThat((double) plan.expectedBytes() / report.bytesAfter()).isBetween(0.9, 1.03);
        assertThat(report.bytesAfter()).isLessThan((long) (0.85 * before));
        assertThat(plan.clusters()).hasSize(5);
        intact(repository, families());
      }
    }
  }

  @Test
  @DisplayName("strangers cost nothing: no strategy makes them larger")
  void strangers() {
    try (Repository repository = configured("strangers", 1)) {
      Map<String, Tensor> strangers = new TreeMap<>();
      for (int i = 0; i < 20; i++) {
        strangers.put("s" + i, random(100 + i));
      }
      commit(repository, strangers);
      Clustering clustering = repository.repack().clustering();
      for (ClusteringStrategy strategy : ClusteringStrategy.values()) {
        ClusterPlan plan = clustering.plan(strategy);
        assertThat(plan.deltas()).isZero();
        RepackReport report = repository.repack(plan);
        assertThat(report.bytesAfter()).isLessThanOrEqualTo(report.bytesBefore());
      }
    }
  }

  @Test
  @DisplayName("a plan of another repository is refused, and nothing is changed")
  void otherRepository() throws IOException {
    try (Repository one = configured("one", 1);
        Repository two = configured("two", 1)) {
      commit(one, families());
      commit(two, Map.of("a", random(7777)));
      ClusterPlan plan = one.repack().plan(ClusteringStrategy.FOREST);
      long before = packBytes("two");
      assertThatThrownBy(() -> two.repack(plan))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("does not hold");
      assertThat(packBytes("two")).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("new members join their families; a new family makes the plan be balanced anew")
  void extended() {
    try (Repository repository = configured("extended", 1)) {
      commit(repository, families());
      ClusterPlan plan = repository.repack().plan(ClusteringStrategy.KMEANS);
      commit(repository, Map.of("late", tuned(random(2), 0.01, 500)));
      PlanExtension joined = repository.repack().clustering().extend(plan);
      assertThat(joined.added()).isEqualTo(1);
      assertThat(joined.rebalanced()).isFalse();
      assertThat(joined.plan().deltas()).isEqualTo(26);
      Map<String, Tensor> strangers = new TreeMap<>();
      for (int i = 0; i < 4; i++) {
        strangers.put("new" + i, tuned(random(50), 0.01, 600 + i));
      }
      commit(repository, strangers);
      PlanExtension balanced = repository.repack().clustering().extend(joined.plan());
      assertThat(balanced.added()).isEqualTo(4);
      assertThat(balanced.drift()).isGreaterThan(PlanExtension.TRIGGER);
      assertThat(balanced.rebalanced()).isTrue();
      assertThat(balanced.replanned()).isEqualTo(4);
      assertThat(balanced.plan().deltas()).isEqualTo(29);
      assertThat(balanced.plan().expectedBytes()).isLessThan(balanced.joinedBytes());
      assertThat(repository.repack(balanced.plan()).complete()).isTrue();
      intact(repository, families());
    }
  }
}

package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.qa.Squares;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.repository.Transaction;
import io.coralml.store.ObjectStore;
import io.coralml.store.PutBatch;
import io.coralml.store.PutRequest;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * The figures a repository is known by: single tensors, commits of many, a model of 88 MB, a long
 * history. Every save is durable, and everything read is compared with what was put.
 */
@Tag("performance")
@DisplayName("Figures of a repository")
class RepositoryFiguresBenchmark {
  private static final int WARM_UPS = 15;
  private static final int MODEL_TENSORS = 100;
  private static final int MODEL_WARM_UPS = 8;

  /** Saves of a small tensor in each repetition, before anything is timed. */
  private static final int FIRST_SAVES = 100;

  /** Saves whose median is the figure. */
  private static final int SAVES = 15;

  /** Bytes beyond encoded data, packs, history and indexes included, that a weight may cost. */
  private static final double OVERHEAD_MARK = 400;

  private static final int MOST_PACKS = 50;
  private static final int DEDUPLICATED = 100;
  private static final int DEDUPLICATED_SIDE = 200;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Save and load 100 x 100 f32, durably (original: 2.0 and 1.0 ms)")
  @Expect(metric = "save_ns", value = 1e6)
  @Expect(metric = "load_ns", value = 0.2e6)
  void square100(Metrics metrics, ProfileSettings settings) {
    saveAndLoad(100, metrics, settings);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Save and load 500 x 500 f32, durably (original: 17.7 and 6.4 ms)")
  @Expect(metric = "save_ns", value = 3e6)
  @Expect(metric = "load_ns", value = 1e6)
  void square500(Metrics metrics, ProfileSettings settings) {
    saveAndLoad(500, metrics, settings);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Save and load 1000 x 1000 f32, durably (original: 88 and 23.6 ms)")
  @Expect(metric = "save_ns", value = 9e6)
  @Expect(metric = "load_ns", value = 4e6)
  void square1000(Metrics metrics, ProfileSettings settings) {
    saveAndLoad(1000, metrics, settings);
  }

  /**
   * Each save is a commit of its own, of a tensor and a name that are new; the median of them. The
   * figure is that of a program that has been running for a while, whose first saves cost several
   * times as much, so small tensors are saved before until most of what that takes is compiled.
   */
  private static void saveAndLoad(int side, Metrics metrics, ProfileSettings settings) {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      for (int i = 0; settings.measured() && i < FIRST_SAVES; i++) {
        save(repository, "small." + i % 20, uniform(settings.seed() + i, 100));
        repository.snapshot("main").tensor("small." + i % 20);
      }
      for (int i = 0; i < warmUps(settings); i++) {
        save(repository, "warm-up." + i, uniform(settings.seed() + 1 + i, side));
        repository.snapshot("main").tensor("warm-up." + i);
      }
      int saves = settings.measured() ? SAVES : 1;
      double[] saving = new double[saves];
      double[] loading = new double[saves];
      for (int i = 0; i < saves; i++) {
        Tensor tensor = uniform(settings.seed() - i, side);
        String name = "square." + i;
        metrics.bytesPerOp(tensor.byteLength());
        long begun = System.nanoTime();
        save(repository, name, tensor);
        long saved = System.nanoTime();
        Tensor loaded = repository.snapshot("main").tensor(name);
        loading[i] = System.nanoTime() - saved;
        saving[i] = saved - begun;
        assertThat(loaded).isEqualTo(tensor);
      }
      metrics.value("save_ns", median(saving), "ns", Better.LOWER);
      metrics.value("load_ns", median(loading), "ns", Better.LOWER);
      double bytes = (double) side * side * Float.BYTES;
      metrics.value("save_mb_per_s", 1e3 * bytes / median(saving), "MB/s", Better.HIGHER);
      metrics.value("load_mb_per_s", 1e3 * bytes / median(loading), "MB/s", Better.HIGHER);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void save(Repository repository, String name, Tensor tensor) {
    repository.transaction("main").put(name, tensor).commit("save");
  }

  /** A body that runs once, as a test, need not be warm. */
  private static int warmUps(ProfileSettings settings) {
    return settings.profile() == BenchmarkProfile.FUNCTIONAL ? 1 : WARM_UPS;
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("85 weights of 100 x 100 in three commits (original: 338 weights/s)")
  @Expect(metric = "three_commits_ns", value = 85e9 / 4000)
  void threeCommits(Metrics metrics, ProfileSettings settings) throws Exception {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      for (int i = 0; i < warmUps(settings); i++) {
        model("warm-up." + i, 10, 100, settings.seed() + 100L * i, repository);
      }
      Map<String, Tensor> weights = tensors("weight", 85, 100, settings.seed() + 10_000);
      metrics.itemsPerOp(weights.size());
      metrics.value(
          "three_commits_ns", commitInThree(scratch, weights, metrics), "ns", Better.LOWER);
      SortedMap<String, Tensor> read = repository.snapshot("main").tensors(weights.keySet());
      assertThat(read).containsExactlyInAnyOrderEntriesOf(weights);
    }
  }

  /** Commits 10 weights, 25 more, and the rest; returns what the commits took, in ns. */
  private static double commitInThree(
      ScratchRepository scratch, Map<String, Tensor> weights, Metrics metrics) {
    List<Map.Entry<String, Tensor>> all = List.copyOf(weights.entrySet());
    long before = scratch.bytesOnDisk();
    double nanos = 0;
    int put = 0;
    for (int upTo : List.of(10, 35, all.size())) {
      long begun = System.nanoTime();
      Transaction transaction = scratch.repository().transaction("main");
      for (Map.Entry<String, Tensor> weight : all.subList(put, upTo)) {
        transaction.put(weight.getKey(), weight.getValue());
      }
      transaction.commit("up to " + upTo);
      nanos += System.nanoTime() - begun;
      put = upTo;
      long stored = scratch.bytesOnDisk() - before;
      metrics.addBytes("stored_bytes_at_" + upTo, stored, Better.LOWER);
      metrics.value("bytes_per_weight_at_" + upTo, (double) stored / upTo, "B", Better.LOWER);
      metrics.value("weights_per_s_at_" + upTo, upTo / (nanos / 1e9), "ops/s", Better.HIGHER);
    }
    return nanos;
  }

  /** Durably, in one batch; the base is there already. */
  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Deduplicate 100 of 200 x 200, similar and identical (original: 6,668/s, not exact)")
  @Expect(metric = "similar_per_s", value = 4500)
  @Expect(metric = "identical_per_s", value = 15_000)
  void deduplication(Metrics metrics, ProfileSettings settings) {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      ObjectStore store = scratch.repository().store();
      for (int i = 0; i < warmUps(settings); i++) {
        Tensor base = Squares.random(DEDUPLICATED_SIDE, settings.seed() + 1 + i);
        put(store, base, similar(base, settings.seed()));
      }
      Tensor base = Squares.random(DEDUPLICATED_SIDE, settings.seed());
      List<Tensor> similar = similar(base, settings.seed());
      put(store, base, List.of());
      metrics.value("similar_per_s", put(store, base, similar), "ops/s", Better.HIGHER);
      List<Tensor> identical =
          Stream.generate(() -> Squares.random(DEDUPLICATED_SIDE, settings.seed()))
              .limit(DEDUPLICATED)
              .toList();
      long before = store.stats().tensors();
      metrics.value("identical_per_s", put(store, base, identical), "ops/s", Better.HIGHER);
      assertThat(store.stats().tensors()).isEqualTo(before);
      for (Tensor each : similar) {
        assertThat(store.read(each.id())).isEqualTo(each);
      }
    }
  }

  /** Returns copies of a base in which one element of a thousand differs. */
  private static List<Tensor> similar(Tensor base, long seed) {
    return LongStream.rangeClosed(1, DEDUPLICATED)
        .mapToObj(i -> Squares.sparse(base, 0.01, 1000, seed + i))
        .toList();
  }

  /** Stores tensors against a base and returns how many a second that were. */
  private static double put(ObjectStore store, Tensor base, List<Tensor> tensors) {
    long start = System.nanoTime();
    try (PutBatch batch = store.begin()) {
      TensorId hint = batch.put(base, null).id();
      batch.putAll(tensors.stream().map(tensor -> new PutRequest(tensor, hint)).toList());
      batch.seal();
    }
    return tensors.size() / ((System.nanoTime() - start) / 1e9);
  }

  private static void model(String prefix, int count, int side, long seed, Repository repository) {
    ModelStore.commit(repository, "main", tensors(prefix, count, side, seed));
  }

  private static Map<String, Tensor> tensors(String prefix, int count, int side, long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      tensors.put(prefix + "." + i, uniform(seed + i, side));
    }
    return tensors;
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Bytes on disk beyond encoded data, per weight (10,000 weights from standard on)")
  void overhead(Metrics metrics, ProfileSettings settings) {
    int count = settings.profile().compareTo(BenchmarkProfile.QUICK) > 0 ? 10_000 : 1_000;
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Map<String, Tensor> weights = tensors("weight", count, 10, settings.seed());
      ModelStore.commit(scratch.repository(), "main", weights);
      long encoded = scratch.repository().store().stats().encodedBytes();
      double overhead = (scratch.bytesOnDisk() - encoded) / (double) count;
      metrics.addCount("weights", count, Better.NEITHER);
      metrics.value("overhead_per_weight", overhead, "B", Better.LOWER);
      assertThat(overhead)
          .as("bytes beyond encoded data, per weight")
          .isLessThanOrEqualTo(OVERHEAD_MARK);
      assertThat(scratch.repository().snapshot("main").tensors(weights.keySet()))
          .containsExactlyInAnyOrderEntriesOf(weights);
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("A model of 100 tensors and a fine-tune of it (88 MB from full on; quick: 4 MB)")
  @Expect(metric = "commit_ns", value = 0.5e9)
  @Expect(metric = "load_ns", value = 0.12e9)
  @Expect(metric = "fine_tune_ns", value = 0.6e9)
  void model(Metrics metrics, ProfileSettings settings) throws Exception {
    int side = settings.profile().compareTo(BenchmarkProfile.FULL) >= 0 ? 469 : 100;
    Map<String, Tensor> base = tensors("layer", MODEL_TENSORS, side, settings.seed());
    Map<String, Tensor> tuned = new LinkedHashMap<>();
    base.forEach((name, tensor) -> tuned.put(name, tuned(tensor, settings.seed())));
    long bytes = ModelStore.rawBytes(base);
    metrics.bytesPerOp(bytes);
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      useModels(repository, side, settings);
      metrics.time("commit_ns", () -> ModelStore.commit(repository, "main", base));
      Snapshot snapshot = repository.snapshot("main");
      SortedMap<String, Tensor> loaded =
          metrics.timed("load_ns", () -> snapshot.tensors(base.keySet()));
      assertThat(loaded).containsExactlyInAnyOrderEntriesOf(base);
      long before = scratch.bytesOnDisk();
      metrics.time("fine_tune_ns", () -> ModelStore.commit(repository, "main", tuned));
      metrics.rawBytes(bytes);
      metrics.storedBytes(scratch.bytesOnDisk() - before);
      assertThat(repository.snapshot("main").tensors(tuned.keySet()))
          .containsExactlyInAnyOrderEntriesOf(tuned);
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Open a repository of many commits (quick: 200; comprehensive: 10,000)")
  @Expect(metric = "open_ns", value = 20e6)
  void openLongHistory(Metrics metrics, ProfileSettings settings) throws Exception {
    int commits =
        switch (settings.profile()) {
          case FUNCTIONAL -> 40;
          case QUICK -> 200;
          case STANDARD, FULL -> 1_000;
          case COMPREHENSIVE -> 10_000;
        };
    try (ScratchRepository scratch = ScratchRepository.create()) {
      int packs = 0;
      int gitPacks = 0;
      Repository repository = scratch.repository();
      for (int i = 0; i < commits; i++) {
        save(repository, "weight." + i % 100, uniform(settings.seed() + i, 10));
        packs = Math.max(packs, repository.store().stats().packs());
        gitPacks = Math.max(gitPacks, repository.history().packCount());
      }
      metrics.addCount("commits", commits, Better.NEITHER);
      metrics.addCount("most_packs", packs, Better.LOWER);
      metrics.addCount("most_git_packs", gitPacks, Better.LOWER);
      assertThat(Math.max(packs, gitPacks)).as("packs").isLessThanOrEqualTo(MOST_PACKS);
      Tensor last = metrics.timed("open_ns", () -> openAndRead(scratch, (commits - 1) % 100));
      assertThat(last).isEqualTo(uniform(settings.seed() + commits - 1, 10));
    }
  }

  private static Tensor openAndRead(ScratchRepository scratch, int weight) {
    try (Repository again = Repository.open(scratch.folder())) {
      return again.snapshot("main").tensor("weight." + weight);
    }
  }

  /** Uniform between -0.1 and 0.1, as a layer of 100 inputs is initialised. */
  private static Tensor uniform(long seed, int side) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.2 * random.nextDouble() - 0.1);
    }
    return Tensor.of(values, side, side);
  }

  /**
   * Commits, loads and tunes some tensors of the same size before: the figures are those of a
   * program that has been running for a while.
   */
  private static void useModels(Repository repository, int side, ProfileSettings settings) {
    for (int i = 0; i < Math.min(MODEL_WARM_UPS, warmUps(settings)); i++) {
      Map<String, Tensor> model = tensors("warm-up", 10, side, settings.seed() + 1_000L * i);
      ModelStore.commit(repository, "main", model);
      repository.snapshot("main").tensors(model.keySet());
      model.replaceAll((name, tensor) -> tuned(tensor, settings.seed()));
      ModelStore.commit(repository, "main", model);
    }
  }

  /** Adds noise of a thousandth to every element. */
  private static Tensor tuned(Tensor tensor, long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ tensor.byteLength());
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (0.001 * random.nextGaussian());
    }
    return Tensor.of(values, tensor.shape().dims());
  }
}

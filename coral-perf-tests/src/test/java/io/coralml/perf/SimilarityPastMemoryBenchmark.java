package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.similarity.Sample;
import io.coralml.similarity.SketchIndex;
import io.coralml.tensor.TensorId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * The index of similar tensors past its memory budget: most of it stays in files, as sorted runs
 * that were merged from file to file. What it finds must be the same; what a look-up costs then,
 * and what opening the index again costs, is measured.
 */
@Tag("clustering")
@DisplayName("Clustering: the index past its memory budget")
class SimilarityPastMemoryBenchmark {
  private static final double UPDATE = 0.03;
  private static final int QUERIES = 1000;

  @TempDir Path folder;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName(
      "Recall, look-up, memory and files (quick: 10,000 entries; comprehensive: 1,000,000)")
  @Expect(metric = "look_up_ns", value = 100_000)
  void files(Metrics metrics, ProfileSettings settings) throws Exception {
    int entries = settings.choose(10_000, 100_000, 500_000, 1_000_000);
    // A sixth of what the entries take.
    long budget = entries * 32L;
    Map<Integer, TensorId> origins = new TreeMap<>();
    try (FileStorage storage = FileStorage.open(folder);
        SketchIndex index = SketchIndex.open(storage, budget)) {
      SimilarityBenchmark.fill(
          index,
          entries,
          settings.seed(),
          (id, i) -> {
            if (i % (entries / QUERIES) == 0) {
              origins.put(i, id);
            }
          });
      index.flush();
      metrics.addCount("runs", index.runs(), Better.LOWER);
      metrics.addBytes("memory_bytes", index.memoryBytes(), Better.LOWER);
      metrics.addBytes(
          "file_bytes",
          storage.list(SketchIndex.DIRECTORY).stream()
              .mapToLong(name -> storage.size(SketchIndex.DIRECTORY + "/" + name))
              .sum(),
          Better.LOWER);
      assertThat(index.memoryBytes()).isLessThanOrEqualTo(budget);
      assertThat(index.entries()).isEqualTo(entries);
    }
    try (FileStorage storage = FileStorage.open(folder);
        SketchIndex index = SketchIndex.open(storage, budget)) {
      assertThat(metrics.timed("open_ns", index::entries)).isEqualTo(entries);
      search(index, origins, settings.seed(), metrics);
    }
  }

  private static void search(
      SketchIndex index, Map<Integer, TensorId> origins, long seed, Metrics metrics) {
    long[] times = new long[origins.size()];
    int query = 0;
    int found = 0;
    long strangers = 0;
    for (Map.Entry<Integer, TensorId> origin : origins.entrySet()) {
      var weights = SimilarityBenchmark.weights(seed, origin.getKey());
      Sample sample = Sample.of(SimilarityBenchmark.updated(weights, UPDATE, query));
      long start = System.nanoTime();
      List<TensorId> candidates = index.candidates(sample);
      times[query++] = System.nanoTime() - start;
      boolean hit = !candidates.isEmpty() && candidates.get(0).equals(origin.getValue());
      found += hit ? 1 : 0;
      strangers += candidates.size() - (hit ? 1 : 0);
    }
    Arrays.sort(times);
    metrics.value("look_up_ns", (double) times[times.length / 2], "ns", Better.LOWER);
    metrics.value("recall_at_30_per_mille", (double) found / times.length, "1", Better.HIGHER);
    metrics.value("false_candidates", (double) strangers / times.length, "1", Better.LOWER);
    assertThat((double) found / times.length).isGreaterThanOrEqualTo(0.99);
    assertThat((double) strangers / times.length).isLessThanOrEqualTo(1);
  }
}

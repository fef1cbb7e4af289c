package io.coralml.perf.qa;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.cluster.ClusterPlan;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.Bits;
import io.coralml.perf.ModelStore;
import io.coralml.perf.ScratchRepository;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import io.coralml.store.RepackOptions;
import io.coralml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Category 12: the live heap that grouping similar tensors needs, from the first look to the
 * finished plan; see {@link LivePeak}. Then the plan is carried out and every tensor read back.
 */
@Tag("qa")
@Tag("qa-12")
@DisplayName("QA 12, clustering memory")
class ClusteringMemoryBenchmark {
  private static final int SIDE = 200;
  private static final int FAMILY = 21;
  private static final int FAMILIES = 10;
  private static final double SIMILARITY = 0.9999;
  private static final double LIMIT = 2;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Peak live heap of grouping families of 21 tensors")
  void plan(Metrics metrics, ProfileSettings settings) throws Exception {
    List<Integer> row = List.of(FAMILY * FAMILIES);
    int count = Sizes.of(settings, List.of(FAMILY), row).record(metrics).largest();
    PassLines lines = new PassLines(metrics, settings);
    // Stored without a search for bases, so that all of the grouping is left to do.
    RepositoryOptions unsearched = RepositoryOptions.defaults().withSimilarity(1);
    try (ScratchRepository scratch = ScratchRepository.create(unsearched)) {
      Repository repository = scratch.repository();
      long raw = (long) count * SIDE * SIDE * Float.BYTES;
      commit(repository, count, settings.seed());
      long before = scratch.bytesOnDisk();
      AtomicReference<ClusterPlan> plan = new AtomicReference<>();
      LivePeak peak =
          LivePeak.of(
              () -> plan.set(repository.repack().clustering().plan(ClusteringStrategy.ADAPTIVE)),
              settings.measured() ? settings.choose(4, 20, 20, 40) : 1);
      assertThat(plan.get().assignments()).hasSize(count);
      repository.repack().apply(plan.get(), RepackOptions.defaults());
      Bits.requireExact(repository.snapshot("main"), tensors(count, settings.seed()), metrics);
      metrics.addBytes("clustering_peak_bytes", peak.extraBytes(), Better.LOWER);
      metrics.addBytes("unclustered_bytes", before, Better.NEITHER);
      metrics.rawBytes(raw);
      metrics.storedBytes(scratch.bytesOnDisk());
      metrics.value("peak_to_raw", (double) peak.extraBytes() / raw, "x", Better.LOWER);
      metrics.addCount("collections", peak.collections(), Better.NEITHER);
      metrics.value("deltas_planned", (double) plan.get().deltas(), "1", Better.HIGHER);
      lines
          .atMost("Peak extra live heap", (double) peak.extraBytes() / raw, LIMIT, "x raw")
          .require(
              plan.get().deltas() == count - count / FAMILY,
              plan.get().deltas() + " deltas are planned for families of " + FAMILY + ".")
          .check();
    }
  }

  private static void commit(Repository repository, int count, long seed) {
    ModelStore.commit(repository, "main", tensors(count, seed));
  }

  private static Map<String, Tensor> tensors(int count, long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Tensor base = Squares.random(SIDE, seed);
    for (int i = 0; i < count; i++) {
      if (i % FAMILY == 0) {
        base = Squares.random(SIDE, seed + i);
        tensors.put("base." + i, base);
      } else {
        tensors.put("member." + i, Squares.similar(base, SIMILARITY, seed + i));
      }
    }
    return tensors;
  }
}

package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.cluster.ClusterPlan;
import io.coralml.cluster.Clustering;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import io.coralml.store.RepackOptions;
import io.coralml.store.RepackReport;
import io.coralml.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strategies side by side on the same tensors, none of which shares a name with another: what each
 * promises, and what the file system says the packs are smaller by afterwards.
 */
@Tag("clustering")
@DisplayName("Clustering: bytes really saved")
class RepackBenchmark {
  /** Without a search when they are stored, so that everything is left for the repack to do. */
  private static final RepositoryOptions UNSEARCHED =
      RepositoryOptions.defaults().withSimilarity(1);

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Repack a collection")
  @CsvSource({
    "FINE_TUNES,KMEANS,0.84",
    "FINE_TUNES,HIERARCHICAL,0.84",
    "FINE_TUNES,DBSCAN,0.84",
    "FINE_TUNES,FOREST,0.84",
    "FINE_TUNES,ADAPTIVE,0.84",
    "ZOO,KMEANS,0.91",
    "ZOO,HIERARCHICAL,0.91",
    "ZOO,DBSCAN,0.91",
    "ZOO,FOREST,0.91",
    "ZOO,ADAPTIVE,0.91",
    "UNRELATED,KMEANS,1",
    "UNRELATED,HIERARCHICAL,1",
    "UNRELATED,DBSCAN,1",
    "UNRELATED,FOREST,1",
    "UNRELATED,ADAPTIVE,1",
    "DISTANT,KMEANS,1",
    "DISTANT,HIERARCHICAL,1",
    "DISTANT,DBSCAN,1",
    "DISTANT,FOREST,1",
    "DISTANT,ADAPTIVE,1",
    "INT8,KMEANS,0.45",
    "INT8,HIERARCHICAL,0.45",
    "INT8,DBSCAN,0.45",
    "INT8,FOREST,0.45",
    "INT8,ADAPTIVE,0.45",
    "DUPLICATES,KMEANS,0.9",
    "DUPLICATES,FOREST,0.9",
    "REAL_SAMPLE,KMEANS,0.76",
    "REAL_SAMPLE,HIERARCHICAL,0.76",
    "REAL_SAMPLE,DBSCAN,0.76",
    "REAL_SAMPLE,FOREST,0.76",
    "REAL_SAMPLE,ADAPTIVE,0.76"
  })
  void collections(
      Families families,
      ClusteringStrategy strategy,
      double most,
      Metrics metrics,
      ProfileSettings settings)
      throws Exception {
    measure(families, strategy, most, metrics, settings);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Repack a real fine-tune pair and a stranger of the same make")
  @EnumSource(ClusteringStrategy.class)
  void realModels(ClusteringStrategy strategy, Metrics metrics, ProfileSettings settings)
      throws Exception {
    measure(Families.REAL_MODELS, strategy, 0.87, metrics, settings);
  }

  /**
   * @param most the share of the bytes before that may be left; 1 where nothing can be saved
   */
  private static void measure(
      Families families,
      ClusteringStrategy strategy,
      double most,
      Metrics metrics,
      ProfileSettings settings)
      throws Exception {
    Map<String, Tensor> tensors = families.tensors(settings.seed());
    try (ScratchRepository scratch = ScratchRepository.create(UNSEARCHED)) {
      Repository repository = scratch.repository();
      ModelStore.commit(repository, "main", tensors);
      long before = scratch.bytesOnDisk();
      Clustering clustering = metrics.timed("look_ns", () -> repository.repack().clustering());
      ClusterPlan plan = metrics.timed("plan_ns", () -> clustering.plan(strategy));
      RepackReport dry = repository.repack().apply(plan, RepackOptions.defaults().withDryRun(true));
      RepackReport report = metrics.timed("repack_ns", () -> repository.repack(plan));
      long after = scratch.bytesOnDisk();
      metrics.rawBytes(ModelStore.rawBytes(tensors));
      metrics.storedBytes(after);
      metrics.addBytes("before_bytes", before, Better.NEITHER);
      metrics.addBytes("saved_on_disk_bytes", before - after, Better.HIGHER);
      metrics.addBytes("expected_bytes", plan.expectedBytes(), Better.NEITHER);
      metrics.addBytes("achieved_bytes", repository.store().stats().encodedBytes(), Better.LOWER);
      metrics.addCount("clusters", plan.quality().clusters(), Better.NEITHER);
      metrics.addCount("deltas", plan.deltas(), Better.NEITHER);
      quality(metrics, "cohesion", plan.quality().cohesion(), Better.LOWER);
      quality(metrics, "separation", plan.quality().separation(), Better.HIGHER);
      quality(metrics, "silhouette", plan.quality().silhouette(), Better.HIGHER);
      Bits.requireExact(repository.snapshot("main"), tensors, metrics);
      assertThat(before - after).isEqualTo(report.bytesBefore() - report.bytesAfter());
      assertThat((double) dry.bytesAfter() / report.bytesAfter()).isBetween(0.97, 1.03);
      assertThat(after).isLessThanOrEqualTo((long) (most * before));
      assertThat((double) plan.expectedBytes() / repository.store().stats().encodedBytes())
          .isBetween(0.95, 1.05);
    }
  }

  private static void quality(Metrics metrics, String key, double value, Better better) {
    if (Double.isFinite(value)) {
      metrics.value(key, value, "1", better);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Families.class,
      names = {"FINE_TUNES", "ZOO", "INT8"})
  @DisplayName("adaptive is never worse than the best of the others")
  void adaptiveWins(Families families) {
    Map<String, Tensor> tensors = families.tensors(1);
    try (ScratchRepository scratch = ScratchRepository.create(UNSEARCHED)) {
      ModelStore.commit(scratch.repository(), "main", tensors);
      Clustering clustering = scratch.repository().repack().clustering();
      long best =
          clustering.plans().values().stream()
              .mapToLong(ClusterPlan::expectedBytes)
              .min()
              .orElseThrow();
      assertThat(clustering.plan(ClusteringStrategy.ADAPTIVE).expectedBytes()).isEqualTo(best);
    }
  }
}

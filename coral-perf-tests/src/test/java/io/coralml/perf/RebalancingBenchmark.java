package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.cluster.ClusterPlan;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.cluster.PlanExtension;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import io.coralml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A plan that is kept while a repository grows: first members of families it knows arrive, then a
 * family it does not. Recorded are the drift, which is the trigger, and the bytes on disk that
 * balancing anew saves. And hierarchies: what a second level of bases brings.
 */
@Tag("clustering")
@DisplayName("Clustering: rebalancing and hierarchies")
class RebalancingBenchmark {
  private static final RepositoryOptions UNSEARCHED =
      RepositoryOptions.defaults().withSimilarity(1);

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Dynamic rebalancing after additions")
  @EnumSource(
      value = ClusteringStrategy.class,
      names = {"KMEANS", "HIERARCHICAL", "DBSCAN", "FOREST"})
  void additions(ClusteringStrategy strategy, Metrics metrics, ProfileSettings settings)
      throws Exception {
    Families.Filling filling = new Families.Filling(settings.seed());
    Map<String, Tensor> all = new LinkedHashMap<>();
    try (ScratchRepository scratch = ScratchRepository.create(UNSEARCHED)) {
      Repository repository = scratch.repository();
      add(repository, all, filling, 0, 5, 0);
      ClusterPlan plan = repository.repack().plan(strategy);
      repository.repack(plan);

      add(repository, all, filling, 0, 5, 1);
      PlanExtension joined =
          metrics.timed("join_ns", () -> repository.repack().clustering().extend(plan));
      metrics.value("drift_of_members", joined.drift(), "1", Better.NEITHER);
      assertThat(joined.added()).isEqualTo(all.size() / 2);
      assertThat(joined.rebalanced()).isFalse();
      repository.repack(joined.plan());
      long before = scratch.bytesOnDisk();

      add(repository, all, filling, 50, 6, 0);
      PlanExtension balanced =
          metrics.timed(
              "rebalance_ns", () -> repository.repack().clustering().extend(joined.plan()));
      metrics.value("drift_of_strangers", balanced.drift(), "1", Better.NEITHER);
      metrics.addCount("replanned", balanced.replanned(), Better.NEITHER);
      assertThat(balanced.drift()).isGreaterThan(PlanExtension.TRIGGER);
      assertThat(balanced.rebalanced()).isTrue();
      long unbalanced = scratch.bytesOnDisk();
      repository.repack(balanced.plan());
      long after = scratch.bytesOnDisk();
      metrics.addBytes("known_families_bytes", before, Better.NEITHER);
      metrics.addBytes("unbalanced_bytes", unbalanced, Better.NEITHER);
      metrics.storedBytes(after);
      metrics.addBytes("saved_on_disk_bytes", unbalanced - after, Better.HIGHER);
      assertThat(after).isLessThan(unbalanced);
      Bits.requireExact(repository.snapshot("main"), all, metrics);
    }
  }

  /** Commits four members each of some families. */
  private static void add(
      Repository repository,
      Map<String, Tensor> all,
      Families.Filling filling,
      int origin,
      int families,
      int generation) {
    Map<String, Tensor> fresh = new LinkedHashMap<>();
    for (int family = origin; family < origin + families; family++) {
      Tensor first = filling.random(family, 100, 100);
      for (int member = 0; member < 4; member++) {
        int number = 1000 * family + 4 * generation + member;
        fresh.put("t." + number, filling.updated(first, 0.01, number));
      }
    }
    ModelStore.commit(repository, "main", fresh);
    all.putAll(fresh);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Clusters of clusters: fine-tunes of fine-tunes at depth 1 and 2")
  @EnumSource(
      value = ClusteringStrategy.class,
      names = {"FOREST", "ADAPTIVE"})
  void hierarchies(ClusteringStrategy strategy, Metrics metrics, ProfileSettings settings)
      throws Exception {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Families.Filling filling = new Families.Filling(settings.seed());
    for (int root = 0; root < 2; root++) {
      Tensor origin = filling.random(root, 100, 100);
      tensors.put("root." + root, origin);
      for (int branch = 0; branch < 4; branch++) {
        Tensor tuned = filling.updated(origin, 0.03, 10L * root + branch);
        tensors.put("branch." + root + "." + branch, tuned);
        for (int leaf = 0; leaf < 4; leaf++) {
          Tensor again = filling.updated(tuned, 0.0005, 1000L * root + 10L * branch + leaf + 100);
          tensors.put("leaf." + root + "." + branch + "." + leaf, again);
        }
      }
    }
    metrics.rawBytes(2 * ModelStore.rawBytes(tensors));
    long shallow = repacked(1, strategy, tensors, metrics);
    long deep = repacked(2, strategy, tensors, metrics);
    metrics.storedBytes(shallow + deep);
    metrics.addBytes("depth_1_bytes", shallow, Better.LOWER);
    metrics.addBytes("depth_2_bytes", deep, Better.LOWER);
    assertThat(deep).isLessThanOrEqualTo(shallow);
  }

  private static long repacked(
      int depth, ClusteringStrategy strategy, Map<String, Tensor> tensors, Metrics metrics) {
    RepositoryOptions options = UNSEARCHED.with("maxdepth", Integer.toString(depth));
    try (ScratchRepository scratch = ScratchRepository.create(options)) {
      Repository repository = scratch.repository();
      ModelStore.commit(repository, "main", tensors);
      ClusterPlan plan = repository.repack().plan(strategy);
      metrics.addCount("clusters_at_depth_" + depth, plan.clusters().size(), Better.NEITHER);
      repository.repack(plan);
      Bits.requireExact(repository.snapshot("main"), tensors, metrics);
      return scratch.bytesOnDisk();
    }
  }
}

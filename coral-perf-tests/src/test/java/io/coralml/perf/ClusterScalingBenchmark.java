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
import io.coralml.junit.stats.Growth;
import io.coralml.junit.stats.GrowthClass;
import io.coralml.perf.qa.Room;
import io.coralml.perf.qa.Sizes;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import io.coralml.repository.Transaction;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Category 4, clustering scaling: tensors of 100 x 100 in families of twenty, from the first look
 * to the finished plan. The quick run reduces the row to at most 400 tensors; full takes all of it,
 * up to 10,000 in at most ten seconds.
 */
@Tag("clustering")
@DisplayName("Clustering: growth")
class ClusterScalingBenchmark {
  private static final double TEN_SECONDS = 10e9;
  private static final int LARGEST_OF_ROW = 10_000;
  private static final long TENSOR_BYTES = 100 * 100 * Float.BYTES;
  private static final int COPIES = 2;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @Tag("qa")
  @Tag("qa-04")
  @DisplayName("Time to look and plan, by number of tensors")
  void growth(Metrics metrics, ProfileSettings settings) throws Exception {
    List<Integer> sizes =
        settings.measured()
            ? settings.choose(
                List.of(12, 25, 50, 100, 200),
                List.of(100, 250, 500, 1000, 2000),
                List.of(100, 500, 1000, 2000, 10_000),
                List.of(100, 500, 1000, 2000, 10_000))
            : List.of(10, 20, 40, 80, 160);
    // The quality report says by these that a profile has shortened the row.
    Sizes.record(metrics, Sizes.LARGEST, sizes.get(sizes.size() - 1), LARGEST_OF_ROW);
    double[] n = new double[sizes.size()];
    double[] cost = new double[sizes.size()];
    for (int i = 0; i < sizes.size(); i++) {
      n[i] = sizes.get(i);
      Room.requireHeap(COPIES * sizes.get(i) * TENSOR_BYTES);
      cost[i] = plan(sizes.get(i), settings.seed());
      metrics.value("plan_ns_at_" + sizes.get(i), cost[i], "ns", Better.LOWER);
    }
    Growth growth = Growth.fit(n, cost);
    metrics.value("growth_exponent", growth.exponent().value(), "1", Better.LOWER);
    if (settings.profile().compareTo(BenchmarkProfile.FULL) >= 0) {
      assertThat(growth.growthClass())
          .as(growth.sentence())
          .isLessThanOrEqualTo(GrowthClass.LINEARITHMIC);
      assertThat(cost[cost.length - 1])
          .as("ns to look and plan for the largest number of tensors")
          .isLessThanOrEqualTo(TEN_SECONDS);
    }
  }

  private static double plan(int count, long seed) throws Exception {
    RepositoryOptions unsearched = RepositoryOptions.defaults().withSimilarity(1);
    try (ScratchRepository scratch = ScratchRepository.create(unsearched)) {
      Repository repository = scratch.repository();
      Families.Filling filling = new Families.Filling(seed);
      Transaction transaction = repository.transaction("main");
      for (int i = 0; i < count; i++) {
        transaction.put(
            "w" + i, filling.updated(filling.random(i / 20, 100, 100), i % 20 == 0 ? 0 : 0.02, i));
      }
      transaction.commit("all");
      long start = System.nanoTime();
      Clustering clustering = repository.repack().clustering();
      ClusterPlan plan = clustering.plan(ClusteringStrategy.ADAPTIVE);
      long taken = System.nanoTime() - start;
      assertThat(plan.assignments()).hasSize(count);
      // One base a family; of thousands of families a few may be found in two parts.
      long families = (count + 19L) / 20;
      assertThat(plan.deltas()).isBetween((long) (0.995 * (count - families)), count - families);
      return taken;
    }
  }
}

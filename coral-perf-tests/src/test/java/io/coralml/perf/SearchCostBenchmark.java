package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * What looking for relatives costs a commit: the same new tensors into two repositories, one of
 * which searches, by turns, so that both meet the same machine. The tensors are strangers, so that
 * nothing is saved and all of the search is loss.
 */
@Tag("clustering")
@DisplayName("Clustering: what the search costs a commit")
class SearchCostBenchmark {
  private static final int TENSORS = 85;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Commits of 85 new tensors of 100 x 100, and of one")
  void commits(Metrics metrics, ProfileSettings settings) throws Exception {
    int rounds = settings.measured() ? settings.choose(9, 21, 41, 81) : 1;
    double searched = RepositoryOptions.space().similarity();
    try (ScratchRepository with =
            ScratchRepository.create(RepositoryOptions.defaults().withSimilarity(searched));
        ScratchRepository without =
            ScratchRepository.create(RepositoryOptions.defaults().withSimilarity(1))) {
      Families.Filling filling = new Families.Filling(settings.seed());
      compare(with, without, filling, TENSORS, rounds, "commit_of_85", metrics);
      compare(with, without, filling, 1, 4 * rounds, "commit_of_1", metrics);
      assertThat(with.repository().store().stats().deltas()).isZero();
    }
  }

  private static void compare(
      ScratchRepository with,
      ScratchRepository without,
      Families.Filling filling,
      int tensors,
      int rounds,
      String what,
      Metrics metrics) {
    double[] searched = new double[rounds];
    double[] unsearched = new double[rounds];
    double[] ratios = new double[rounds];
    // The first round warms up.
    for (int round = -1; round < rounds; round++) {
      Map<String, Tensor> fresh = new LinkedHashMap<>();
      for (int i = 0; i < tensors; i++) {
        String name = what + "." + round + "." + i;
        fresh.put(name, filling.random(name.hashCode(), 100, 100));
      }
      boolean first = round % 2 == 0;
      double one = commit(first ? with : without, fresh);
      double two = commit(first ? without : with, fresh);
      if (round >= 0) {
        searched[round] = first ? one : two;
        unsearched[round] = first ? two : one;
        ratios[round] = searched[round] / unsearched[round];
      }
    }
    metrics.value(what + "_searched_ns", median(searched), "ns", Better.LOWER);
    metrics.value(what + "_unsearched_ns", median(unsearched), "ns", Better.LOWER);
    metrics.value(what + "_cost_of_search", median(ratios), "x", Better.LOWER);
  }

  private static double commit(ScratchRepository scratch, Map<String, Tensor> fresh) {
    Repository repository = scratch.repository();
    long start = System.nanoTime();
    ModelStore.commit(repository, "main", fresh);
    return System.nanoTime() - start;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

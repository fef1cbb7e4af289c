package io.coralml.repository;

import io.coralml.InvalidInputException;
import io.coralml.cluster.ClusterPlan;
import io.coralml.cluster.Clustering;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.cluster.Population;
import io.coralml.similarity.SimilaritySearch;
import io.coralml.store.RepackOptions;
import io.coralml.store.RepackReport;
import io.coralml.tensor.TensorId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chooses other bases for the tensors of a repository, and encodes them against those. Commits,
 * names and identities stay as they are; only the bytes in the packs change. Others may read and
 * write meanwhile.
 *
 * <pre>{@code
 * ClusterPlan plan = repository.repack().plan(ClusteringStrategy.ADAPTIVE);
 * RepackReport would = repository.repack().apply(plan, RepackOptions.defaults().withDryRun(true));
 * RepackReport did = repository.repack().apply(plan, RepackOptions.defaults());
 * }</pre>
 */
public final class Repack {
  /** Of k-means, and of the samples that are really encoded. */
  private static final long SEED = 20260101L;

  private static final long MOST_INDEX_BYTES = 256L << 20;
  private static final int SHARE_OF_HEAP = 8;

  private final Repository repository;
  private final SimilaritySearch search;

  Repack(Repository repository, SimilaritySearch search) {
    this.repository = repository;
    this.search = search;
  }

  /** Returns the bytes of memory the index of similar tensors may take. */
  static long indexMemory() {
    return Math.min(MOST_INDEX_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * Looks at every tensor, to see which resemble which. Also adds to the index of similar tensors
   * what it lacks.
   *
   * @throws io.coralml.NotFoundException if a clean-up removes a tensor meanwhile; look again
   */
  public Clustering clustering() {
    if (repository.options().searchesBases()) {
      search.complete();
    }
    return Clustering.of(
        Population.of(repository.store()),
        repository.options().maxDepth(),
        repository.options().effort(),
        SEED);
  }

  /**
   * Makes a plan; changes nothing.
   *
   * @throws io.coralml.NotFoundException if a clean-up removes a tensor meanwhile; make it again
   */
  public ClusterPlan plan(ClusteringStrategy strategy) {
    return clustering().plan(strategy);
  }

  /**
   * Encodes tensors against the bases a plan gives them. Tensors that were stored after the plan
   * was made stay as they are. Crash-safe: old packs go only after every tensor was read back and
   * verified; what was cancelled or killed is taken up by the next repack.
   *
   * @throws InvalidInputException if the plan names a tensor this repository does not hold, or
   *     deltas deeper than the setting maxdepth allows; nothing was changed then
   */
  public RepackReport apply(ClusterPlan plan, RepackOptions options) {
    requireOwn(plan);
    repository.settle();
    return repository.store().repack(plan.bases(), options);
  }

  private void requireOwn(ClusterPlan plan) {
    Map<TensorId, Optional<TensorId>> bases = plan.bases();
    Set<TensorId> stored =
        repository.store().tensors().stream().map(each -> each.id()).collect(Collectors.toSet());
    long strangers = bases.keySet().stream().filter(each -> !stored.contains(each)).count();
    if (strangers > 0) {
      throw new InvalidInputException(
          "This repository does not hold "
              + strangers
              + " of the "
              + bases.size()
              + " tensors that the plan names: it was made for another one, or before a clean-up;"
              + " make a new plan.");
    }
  }
}

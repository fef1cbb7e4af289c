package io.coralml.cluster;

import io.coralml.codec.Effort;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses a base for every tensor of a population. The same population, seed and strategy give the
 * same plan. Time and memory grow like n log n with the number of tensors. Immutable.
 */
public final class Clustering {
  /** The strategies that choose; {@link ClusteringStrategy#ADAPTIVE} chooses among them. */
  public static final List<ClusteringStrategy> CONTENDERS =
      List.of(
          ClusteringStrategy.KMEANS,
          ClusteringStrategy.HIERARCHICAL,
          ClusteringStrategy.DBSCAN,
          ClusteringStrategy.FOREST);

  /** A plan that promises less than this share is not worth rewriting packs for. */
  private static final double LEAST_GAIN = 0.002;

  private final Population population;
  private final int maxDepth;
  private final Effort effort;
  private final long seed;
  private final CandidateGraph graph;

  private Clustering(Population population, int maxDepth, Effort effort, long seed) {
    this.population = population;
    this.maxDepth = maxDepth;
    this.effort = effort;
    this.seed = seed;
    this.graph = CandidateGraph.of(population);
  }

  /**
   * Looks at who resembles whom.
   *
   * @param maxDepth how deep a delta may stand
   * @param effort with which the codec will encode
   * @param seed of k-means and of the samples that are really encoded
   */
  public static Clustering of(Population population, int maxDepth, Effort effort, long seed) {
    return new Clustering(population, maxDepth, effort, seed);
  }

  /** Returns how many families of at least two tensors hang together by resemblance. */
  public int families() {
    return (int) graph.families().stream().filter(each -> each.length > 1).count();
  }

  /** Makes a plan. */
  public ClusterPlan plan(ClusteringStrategy strategy) {
    if (strategy != ClusteringStrategy.ADAPTIVE) {
      return plan(strategy, parents(strategy));
    }
    ClusterPlan best =
        plans().values().stream()
            .min(Comparator.comparingLong(ClusterPlan::expectedBytes))
            .orElseThrow();
    boolean gains = best.expectedBytes() < best.currentBytes() * (1 - LEAST_GAIN);
    return gains || !isWithinDepth(present()) ? best : plan(ClusteringStrategy.FOREST, present());
  }

  /** Returns the bases the tensors have now. */
  private int[] present() {
    int[] parents = new int[population.size()];
    for (int i = 0; i < parents.length; i++) {
      TensorId base = population.member(i).base();
      parents[i] = base == null ? BaseForest.NONE : population.number(base).orElse(BaseForest.NONE);
    }
    return parents;
  }

  private boolean isWithinDepth(int[] parents) {
    for (int start = 0; start < parents.length; start++) {
      int depth = 0;
      for (int at = start; parents[at] != BaseForest.NONE; at = parents[at]) {
        depth++;
      }
      if (depth > maxDepth) {
        return false;
      }
    }
    return true;
  }

  /**
   * Continues a plan that was made when the population had fewer tensors; see {@link
   * PlanExtension}.
   *
   * @param before may name tensors that are gone; they are left out
   */
  public PlanExtension extend(ClusterPlan before) {
    PlanExtension.Work work = new PlanExtension.Work(population, graph, maxDepth, before);
    double drift = work.join();
    ClusterPlan joined = plan(before.strategy(), work.parents().clone());
    if (drift <= PlanExtension.TRIGGER) {
      return new PlanExtension(joined, work.added(), drift, false, 0, joined.expectedBytes());
    }
    List<Integer> affected = work.affected();
    ClusterPlan anew = plan(before.strategy(), work.rebalanced(affected));
    boolean better = anew.expectedBytes() < joined.expectedBytes();
    return new PlanExtension(
        better ? anew : joined,
        work.added(),
        drift,
        better,
        better ? affected.size() : 0,
        joined.expectedBytes());
  }

  /** Makes the plan of every strategy, to be compared. */
  public Map<ClusteringStrategy, ClusterPlan> plans() {
    Map<ClusteringStrategy, ClusterPlan> plans = new EnumMap<>(ClusteringStrategy.class);
    CONTENDERS.forEach(each -> plans.put(each, plan(each, parents(each))));
    return plans;
  }

  private int[] parents(ClusteringStrategy strategy) {
    if (strategy == ClusteringStrategy.FOREST) {
      return BaseForest.grow(population, graph, maxDepth);
    }
    if (maxDepth == 0) {
      return Medoids.stars(population, List.of());
    }
    List<int[]> clusters = new Partition(population, graph, seed).clusters(strategy);
    int[] stars = Medoids.stars(population, clusters);
    return maxDepth == 1 ? stars : BaseForest.connect(population, graph, maxDepth, stars);
  }

  private ClusterPlan plan(ClusteringStrategy strategy, int[] parents) {
    Calibration calibration = Calibration.measure(population, parents, effort, seed);
    List<ClusterPlan.Assignment> assignments = new ArrayList<>();
    long current = 0;
    long expected = 0;
    for (int i = 0; i < parents.length; i++) {
      long bytes = calibration.bytes(i, parents[i]);
      Optional<TensorId> base =
          parents[i] == BaseForest.NONE
              ? Optional.empty()
              : Optional.of(population.member(parents[i]).id());
      assignments.add(new ClusterPlan.Assignment(population.member(i).id(), base, bytes));
      current += population.member(i).storedBytes();
      expected += bytes;
    }
    for (StoredInfo other : population.others()) {
      assignments.add(
          new ClusterPlan.Assignment(
              other.id(), Optional.ofNullable(other.base()), other.storedBytes()));
      current += other.storedBytes();
      expected += other.storedBytes();
    }
    int deepest = population.others().stream().mapToInt(StoredInfo::depth).max().orElse(0);
    return new ClusterPlan(
        strategy,
        Math.max(maxDepth, deepest),
        current,
        expected,
        ClusterQuality.of(population, roots(parents)),
        assignments);
  }

  private static int[] roots(int[] parents) {
    int[] roots = new int[parents.length];
    for (int i = 0; i < parents.length; i++) {
      int root = i;
      while (parents[root] != BaseForest.NONE) {
        root = parents[root];
      }
      roots[i] = root;
    }
    return roots;
  }
}

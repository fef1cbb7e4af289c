package io.coralml.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * A plan that was made for fewer tensors, continued. New ones join the cluster whose medoid serves
 * them best; that costs one look per tensor. When they would be served notably better by others,
 * because families have arrived that have no medoid yet, the families they belong to are planned
 * anew, and the others left as they are.
 *
 * @param plan for all tensors
 * @param added how many tensors the plan before did not know
 * @param drift how much more the new tensors cost where they joined than they would against their
 *     best relatives: 0.1 is 10 % more
 * @param rebalanced whether families were planned anew, which saved bytes
 * @param replanned how many tensors those families have
 * @param joinedBytes expected bytes of all tensors if the new ones only join
 */
public record PlanExtension(
    ClusterPlan plan,
    int added,
    double drift,
    boolean rebalanced,
    int replanned,
    long joinedBytes) {

  /** From this drift on, the families of the new tensors are planned anew. */
  public static final double TRIGGER = 0.02;

  /** Returns how many bytes planning anew is expected to save; 0 if nothing was. */
  public long savedBytes() {
    return rebalanced ? joinedBytes - plan.expectedBytes() : 0;
  }

  /** Works on one population. */
  static final class Work {
    private final Population population;
    private final CandidateGraph graph;
    private final int maxDepth;
    private final int[] parents;
    private final Set<Integer> fresh = new TreeSet<>();

    Work(Population population, CandidateGraph graph, int maxDepth, ClusterPlan before) {
      this.population = population;
      this.graph = graph;
      this.maxDepth = maxDepth;
      this.parents = new int[population.size()];
      Arrays.fill(parents, BaseForest.NONE);
      var bases = before.bases();
      for (int i = 0; i < parents.length; i++) {
        var base = bases.get(population.member(i).id());
        if (base == null) {
          fresh.add(i);
        } else if (base.isPresent()) {
          OptionalInt number = population.number(base.get());
          parents[i] = number.orElse(BaseForest.NONE);
        }
      }
    }

    int added() {
      return fresh.size();
    }

    int[] parents() {
      return parents;
    }

    /** Lets every new tensor join the medoid that serves it best; returns the drift. */
    double join() {
      double joined = 0;
      double possible = 0;
      for (int each : fresh) {
        double alone = population.member(each).aloneBytes();
        double least = alone;
        double nearest = alone;
        int[] bases = graph.basesOf(each);
        for (int choice = 0; choice < bases.length; choice++) {
          nearest = Math.min(nearest, graph.cost(each, choice));
          int medoid = root(bases[choice]);
          if (medoid != each && maxDepth > 0 && isMedoid(medoid)) {
            double cost = population.deltaBytes(each, medoid);
            if (cost < least) {
              least = cost;
              parents[each] = medoid;
            }
          }
        }
        joined += least;
        possible += nearest;
      }
      return possible == 0 ? 0 : joined / possible - 1;
    }

    /** A new tensor is no medoid before its family is planned. */
    private boolean isMedoid(int number) {
      return !fresh.contains(number);
    }

    private int root(int of) {
      int at = of;
      while (parents[at] != BaseForest.NONE) {
        at = parents[at];
      }
      return at;
    }

    /** Returns the bases after the families of the new tensors are planned anew. */
    int[] rebalanced(List<Integer> affected) {
      Population part = population.only(affected);
      int[] planned = BaseForest.grow(part, CandidateGraph.of(part), maxDepth);
      int[] after = parents.clone();
      for (int i = 0; i < planned.length; i++) {
        after[affected.get(i)] =
            planned[i] == BaseForest.NONE ? BaseForest.NONE : affected.get(planned[i]);
      }
      return after;
    }

    /** Returns the members of every family with a new tensor, by resemblance or by the plan. */
    List<Integer> affected() {
      CandidateGraph.Groups groups = new CandidateGraph.Groups(parents.length);
      for (int[] family : graph.families()) {
        Arrays.stream(family).forEach(member -> groups.join(family[0], member));
      }
      for (int i = 0; i < parents.length; i++) {
        if (parents[i] != BaseForest.NONE) {
          groups.join(i, parents[i]);
        }
      }
      Set<Integer> roots = new TreeSet<>();
      fresh.forEach(each -> roots.add(groups.find(each)));
      List<Integer> members = new ArrayList<>();
      for (int i = 0; i < parents.length; i++) {
        if (roots.contains(groups.find(i))) {
          members.add(i);
        }
      }
      return members;
    }
  }
}

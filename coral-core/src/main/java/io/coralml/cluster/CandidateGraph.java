package io.coralml.cluster;

import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which tensors may be bases of which, and what that would cost: for each its nearest neighbours by
 * sketch, the base it has now, and the hubs of its family, so that a star over a large family is
 * among the choices. The number of edges grows with the number of tensors, not with its square.
 */
final class CandidateGraph {
  private static final int NEIGHBOURS = 8;
  private static final int HUBS = 3;

  private final int[][] bases;
  private final double[][] costs;
  private final List<int[]> families;

  private CandidateGraph(int[][] bases, double[][] costs, List<int[]> families) {
    this.bases = bases;
    this.costs = costs;
    this.families = families;
  }

  static CandidateGraph of(Population population) {
    List<Set<Integer>> found =
        IntStream.range(0, population.size())
            .parallel()
            .mapToObj(i -> neighbours(population, i))
            .toList();
    List<int[]> families = families(found);
    for (int[] family : families) {
      if (family.length > 2) {
        List<Integer> hubs = hubs(population, family, found);
        for (int member : family) {
          hubs.stream().filter(hub -> hub != member).forEach(found.get(member)::add);
        }
      }
    }
    int[][] bases = new int[population.size()][];
    double[][] costs = new double[population.size()][];
    IntStream.range(0, population.size())
        .parallel()
        .forEach(
            i -> {
              bases[i] = found.get(i).stream().mapToInt(Integer::intValue).toArray();
              costs[i] =
                  Arrays.stream(bases[i])
                      .mapToDouble(base -> population.deltaBytes(i, base))
                      .toArray();
            });
    return new CandidateGraph(bases, costs, families);
  }

  private static Set<Integer> neighbours(Population population, int number) {
    Set<Integer> near = new LinkedHashSet<>();
    Population.Member member = population.member(number);
    TensorId base = member.base();
    if (base != null) {
      population.number(base).ifPresent(near::add);
    }
    for (TensorId id : population.index().candidates(member.sample())) {
      population
          .number(id)
          .ifPresent(
              it -> {
                if (it != number && near.size() < NEIGHBOURS && population.comparable(it, number)) {
                  near.add(it);
                }
              });
    }
    return near;
  }

  /** Returns what hangs together, largest number of members first. */
  private static List<int[]> families(List<Set<Integer>> edges) {
    Groups groups = new Groups(edges.size());
    for (int i = 0; i < edges.size(); i++) {
      for (int other : edges.get(i)) {
        groups.join(i, other);
      }
    }
    Map<Integer, List<Integer>> byRoot = new TreeMap<>();
    for (int i = 0; i < edges.size(); i++) {
      byRoot.computeIfAbsent(groups.find(i), any -> new ArrayList<>()).add(i);
    }
    return byRoot.values().stream()
        .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  /** Returns the members most often named as neighbours, and the one nearest the middle. */
  private static List<Integer> hubs(Population population, int[] family, List<Set<Integer>> edges) {
    Map<Integer, Integer> named = new TreeMap<>();
    for (int member : family) {
      edges.get(member).forEach(other -> named.merge(other, 1, Integer::sum));
    }
    List<Integer> hubs =
        new ArrayList<>(
            named.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(HUBS)
                .map(Map.Entry::getKey)
                .toList());
    double[] centre = Projection.centre(population, family);
    Arrays.stream(family)
        .boxed()
        .min(
            Comparator.comparingDouble(
                it -> Projection.distance(centre, population.member(it).place())))
        .ifPresent(hubs::add);
    return hubs;
  }

  int[] basesOf(int target) {
    return bases[target];
  }

  double cost(int target, int choice) {
    return costs[target][choice];
  }

  /** Returns the sets of tensors that hang together, singles among them. */
  List<int[]> families() {
    return families;
  }

  /** Disjoint sets, with path halving. */
  static final class Groups {
    private final int[] parents;

    Groups(int size) {
      parents = IntStream.range(0, size).toArray();
    }

    int find(int of) {
      int at = of;
      while (parents[at] != at) {
        parents[at] = parents[parents[at]];
        at = parents[at];
      }
      return at;
    }

    /** Returns the root of both. */
    int join(int one, int two) {
      int root = find(one);
      parents[find(two)] = root;
      return root;
    }
  }
}

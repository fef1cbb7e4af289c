package io.coralml.cluster;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses of each cluster the member that serves the others best as their base: of those nearest
 * the middle, the one with the least expected bytes for a sample of the others. Every medoid is a
 * real tensor.
 */
final class Medoids {
  private static final int CONTENDERS = 6;
  private static final int JURY = 48;

  private Medoids() {}

  /** Returns the base of every tensor: its cluster's medoid where that saves bytes. */
  static int[] stars(Population population, List<int[]> clusters) {
    int[] parents = new int[population.size()];
    Arrays.fill(parents, BaseForest.NONE);
    clusters.parallelStream()
        .filter(members -> members.length > 1)
        .forEach(members -> star(population, members, parents));
    return parents;
  }

  private static void star(Population population, int[] members, int[] parents) {
    int medoid = choose(population, members);
    for (int member : members) {
      if (member != medoid
          && population.comparable(member, medoid)
          && population.deltaBytes(member, medoid) < population.member(member).aloneBytes()) {
        parents[member] = medoid;
      }
    }
  }

  private static int choose(Population population, int[] members) {
    double[] centre = Projection.centre(population, members);
    Set<Integer> contenders =
        new LinkedHashSet<>(
            Arrays.stream(members)
                .boxed()
                .sorted(
                    Comparator.<Integer>comparingDouble(
                            it -> Projection.distance(centre, population.member(it).place()))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(CONTENDERS)
                .toList());
    Arrays.stream(members)
        .boxed()
        .filter(it -> population.member(it).base() == null)
        .limit(CONTENDERS)
        .forEach(contenders::add);
    int step = Math.max(1, members.length / JURY);
    int best = members[0];
    double least = Double.MAX_VALUE;
    for (int contender : contenders) {
      double cost = population.member(contender).aloneBytes() / step;
      for (int i = 0; i < members.length; i += step) {
        if (members[i] != contender && population.comparable(members[i], contender)) {
          cost +=
              Math.min(
                  population.deltaBytes(members[i], contender),
                  population.member(members[i]).aloneBytes());
        }
      }
      if (cost < least) {
        least = cost;
        best = contender;
      }
    }
    return best;
  }
}

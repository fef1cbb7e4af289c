package io.coralml.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How good clusters are. Distances are those of projected samples: 0 between equal tensors, about
 * 1.4 between strangers.
 *
 * @param clusters how many have at least two members
 * @param singles tensors that are in none of those
 * @param cohesion mean distance of a member to its medoid; the less the better
 * @param separation mean distance of a medoid to the nearest other medoid of its dtype and shape;
 *     the more the better; NaN if there are not two
 * @param silhouette mean of (b - a) / max(a, b), a being a member's distance to its medoid, b that
 *     to the nearest other one: 1 at best, below 0 if members are in the wrong cluster; NaN if
 *     there are not two medoids
 */
public record ClusterQuality(
    int clusters, int singles, double cohesion, double separation, double silhouette) {

  /** Nearest medoids are looked for among no more than this many of a block. */
  private static final int MOST_COMPARED = 128;

  static ClusterQuality of(Population population, int[] roots) {
    int[] sizes = new int[roots.length];
    Arrays.stream(roots).forEach(root -> sizes[root]++);
    List<Integer> medoids = new ArrayList<>();
    int singles = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] > 1) {
        medoids.add(i);
      }
      singles += sizes[i] == 1 ? 1 : 0;
    }
    double within = 0;
    double silhouettes = 0;
    int counted = 0;
    int members = 0;
    for (int i = 0; i < roots.length; i++) {
      if (sizes[roots[i]] > 1 && roots[i] != i) {
        double own = population.distance(i, roots[i]);
        double other = nearestOther(population, i, roots[i], medoids);
        within += own;
        members++;
        if (!Double.isNaN(other)) {
          silhouettes += (other - own) / Math.max(Double.MIN_NORMAL, Math.max(own, other));
          counted++;
        }
      }
    }
    double[] apart =
        medoids.stream()
            .limit(MOST_COMPARED)
            .mapToDouble(it -> nearestOther(population, it, it, medoids))
            .filter(it -> !Double.isNaN(it))
            .toArray();
    return new ClusterQuality(
        medoids.size(),
        singles,
        members == 0 ? Double.NaN : within / members,
        Arrays.stream(apart).average().orElse(Double.NaN),
        counted == 0 ? Double.NaN : silhouettes / counted);
  }

  private static double nearestOther(
      Population population, int tensor, int own, List<Integer> medoids) {
    double least = Double.NaN;
    int compared = 0;
    for (int medoid : medoids) {
      if (medoid != own && compared < MOST_COMPARED && population.comparable(tensor, medoid)) {
        double distance = population.distance(tensor, medoid);
        least = Double.isNaN(least) ? distance : Math.min(least, distance);
        compared++;
      }
    }
    return least;
  }
}

package io.coralml.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.Cluster;
import org.apache.commons.math3.ml.clustering.Clusterable;
import org.apache.commons.math3.ml.clustering.DBSCANClusterer;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.Well19937c;

/**
 * Divides tensors into clusters of members that lie near each other, in time that grows like n log
 * n: k-means splits into a few at a time, agglomeration and density look along the graph of
 * candidates only.
 */
final class Partition {
  /** Farther than this, a base saves hardly anything: updates of a third of the weights' size. */
  static final double RADIUS = 0.35;

  private static final int SPLIT = 8;
  private static final int ITERATIONS = 12;
  private static final int DEEPEST = 48;

  /** Density is reckoned by comparing all with all, so among no more than this. */
  private static final int MOST_AT_ONCE = 512;

  private final Population population;
  private final CandidateGraph graph;
  private final long seed;

  Partition(Population population, CandidateGraph graph, long seed) {
    this.population = population;
    this.graph = graph;
    this.seed = seed;
  }

  /** A member as the library wants it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  private record Point(int number, double[] place) implements Clusterable {
    @Override
    public double[] getPoint() {
      return place;
    }
  }

  List<int[]> clusters(ClusteringStrategy strategy) {
    List<int[]> clusters = new ArrayList<>();
    switch (strategy) {
      case KMEANS -> population.blocks().forEach(block -> split(points(block), clusters, 0));
      case HIERARCHICAL -> agglomerate(clusters);
      case DBSCAN -> graph.families().forEach(family -> dense(points(family), clusters, 0));
      case FOREST, ADAPTIVE ->
          throw new IllegalArgumentException(strategy + " does not divide into clusters");
    }
    return clusters;
  }

  private List<Point> points(int[] members) {
    return Arrays.stream(members)
        .mapToObj(each -> new Point(each, population.member(each).place()))
        .toList();
  }

  private static int[] numbers(Collection<Point> points) {
    return points.stream().mapToInt(Point::number).sorted().toArray();
  }

  private void split(List<Point> points, List<int[]> into, int depth) {
    int[] numbers = numbers(points);
    if (points.size() == 1 || depth == DEEPEST || isTight(numbers)) {
      into.add(numbers);
      return;
    }
    for (List<Point> part : rejoined(kMeans(points))) {
      split(part, into, part.size() == points.size() ? DEEPEST : depth + 1);
    }
  }

  /** Puts together what k-means took apart only because it had to find so many parts. */
  private static List<List<Point>> rejoined(List<CentroidCluster<Point>> parts) {
    List<CentroidCluster<Point>> filled =
        parts.stream().filter(part -> !part.getPoints().isEmpty()).toList();
    CandidateGraph.Groups groups = new CandidateGraph.Groups(filled.size());
    for (int i = 0; i < filled.size(); i++) {
      for (int j = 0; j < i; j++) {
        double[] one = filled.get(i).getCenter().getPoint();
        if (Projection.distance(one, filled.get(j).getCenter().getPoint()) <= RADIUS) {
          groups.join(i, j);
        }
      }
    }
    Map<Integer, List<Point>> joined = new TreeMap<>();
    for (int i = 0; i < filled.size(); i++) {
      joined
          .computeIfAbsent(groups.find(i), any -> new ArrayList<>())
          .addAll(filled.get(i).getPoints());
    }
    return List.copyOf(joined.values());
  }

  private List<CentroidCluster<Point>> kMeans(List<Point> points) {
    int parts = Math.min(SPLIT, points.size());
    return new KMeansPlusPlusClusterer<Point>(
            parts, ITERATIONS, new EuclideanDistance(), new Well19937c(seed + points.size()))
        .cluster(points);
  }

  private boolean isTight(int[] members) {
    double[] centre = Projection.centre(population, members);
    return Arrays.stream(members)
        .allMatch(it -> Projection.distance(centre, population.member(it).place()) <= RADIUS);
  }

  private void dense(List<Point> points, List<int[]> into, int depth) {
    if (points.size() > MOST_AT_ONCE && depth < DEEPEST) {
      List<CentroidCluster<Point>> parts = kMeans(points);
      boolean stuck = parts.stream().anyMatch(it -> it.getPoints().size() == points.size());
      if (!stuck) {
        parts.stream()
            .filter(part -> !part.getPoints().isEmpty())
            .forEach(part -> dense(part.getPoints(), into, depth + 1));
        return;
      }
    }
    List<Integer> alone = new ArrayList<>(Arrays.stream(numbers(points)).boxed().toList());
    for (Cluster<Point> cluster :
        new DBSCANClusterer<Point>(RADIUS, 1, new EuclideanDistance()).cluster(points)) {
      int[] members = numbers(cluster.getPoints());
      into.add(members);
      Arrays.stream(members).forEach(each -> alone.remove(Integer.valueOf(each)));
    }
    alone.forEach(each -> into.add(new int[] {each}));
  }

  private record Edge(int one, int two, double distance) {}

  /** Joins along edges, shortest first, as long as the middles of both sides are near. */
  private void agglomerate(List<int[]> into) {
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < population.size(); i++) {
      for (int base : graph.basesOf(i)) {
        edges.add(new Edge(i, base, population.distance(i, base)));
      }
    }
    edges.sort(
        Comparator.comparingDouble(Edge::distance)
            .thenComparingInt(Edge::one)
            .thenComparingInt(Edge::two));
    CandidateGraph.Groups groups = new CandidateGraph.Groups(population.size());
    double[][] sums = new double[population.size()][];
    int[] sizes = new int[population.size()];
    for (int i = 0; i < sizes.length; i++) {
      sums[i] = population.member(i).place().clone();
      sizes[i] = 1;
    }
    for (Edge edge : edges) {
      int one = groups.find(edge.one());
      int two = groups.find(edge.two());
      if (one != two && gap(sums[one], sizes[one], sums[two], sizes[two]) <= RADIUS) {
        int root = groups.join(one, two);
        int gone = root == one ? two : one;
        sizes[root] += sizes[gone];
        for (int d = 0; d < sums[root].length; d++) {
          sums[root][d] += sums[gone][d];
        }
      }
    }
    Map<Integer, List<Integer>> members = new TreeMap<>();
    for (int i = 0; i < sizes.length; i++) {
      members.computeIfAbsent(groups.find(i), any -> new ArrayList<>()).add(i);
    }
    members.values().forEach(each -> into.add(each.stream().mapToInt(Integer::intValue).toArray()));
  }

  private static double gap(double[] one, int ofOne, double[] two, int ofTwo) {
    double sum = 0;
    for (int d = 0; d < one.length; d++) {
      double apart = one[d] / ofOne - two[d] / ofTwo;
      sum += apart * apart;
    }
    return Math.sqrt(sum);
  }
}

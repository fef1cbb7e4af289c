package io.coralml.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A base for every tensor, or none, so that the sum of costs is small, no chain is deeper than
 * allowed and none is a circle. Least cost is out of reach (with depth 1 it is the problem of
 * placing facilities), so: stars first, the most profitable at a time, reckoned anew only when they
 * come up (Minoux 1978); then single tensors move to better bases until none does.
 */
final class BaseForest {
  static final int NONE = -1;

  private static final int ROUNDS = 6;

  private final Population population;
  private final CandidateGraph graph;
  private final int maxDepth;
  private final boolean[] allowed;
  private final int[] parents;
  private final double[] costs;
  private final List<List<Integer>> children = new ArrayList<>();

  private BaseForest(Population population, CandidateGraph graph, int maxDepth, boolean[] allowed) {
    this.population = population;
    this.graph = graph;
    this.maxDepth = maxDepth;
    this.allowed = allowed;
    this.parents = new int[population.size()];
    this.costs = new double[population.size()];
    Arrays.fill(parents, NONE);
    for (int i = 0; i < parents.length; i++) {
      costs[i] = population.member(i).aloneBytes();
      children.add(new ArrayList<>());
    }
  }

  /** Returns the number of each tensor's base, or {@link #NONE}. */
  static int[] grow(Population population, CandidateGraph graph, int maxDepth) {
    boolean[] all = new boolean[population.size()];
    Arrays.fill(all, true);
    BaseForest forest = new BaseForest(population, graph, maxDepth, all);
    if (maxDepth > 0) {
      forest.plantStars();
      forest.improve();
    }
    return forest.parents;
  }

  /**
   * Lets the centres of clusters have bases among themselves.
   *
   * @param stars the base of every tensor; centres have none
   */
  static int[] connect(Population population, CandidateGraph graph, int maxDepth, int[] stars) {
    boolean[] centres = new boolean[stars.length];
    BaseForest forest = new BaseForest(population, graph, maxDepth, centres);
    for (int i = 0; i < stars.length; i++) {
      centres[i] = stars[i] == NONE;
      if (stars[i] != NONE) {
        forest.attach(i, stars[i], population.deltaBytes(i, stars[i]));
      }
    }
    forest.improve();
    return forest.parents;
  }

  /** A base, and what it would save as far as was last reckoned. */
  private record Star(int base, double gain) {}

  private void plantStars() {
    List<List<int[]>> targets = new ArrayList<>();
    for (int i = 0; i < parents.length; i++) {
      targets.add(new ArrayList<>());
    }
    for (int target = 0; target < parents.length; target++) {
      for (int choice = 0; choice < graph.basesOf(target).length; choice++) {
        targets.get(graph.basesOf(target)[choice]).add(new int[] {target, choice});
      }
    }
    PriorityQueue<Star> stars =
        new PriorityQueue<>(
            (one, two) ->
                one.gain() != two.gain()
                    ? Double.compare(two.gain(), one.gain())
                    : Integer.compare(one.base(), two.base()));
    for (int base = 0; base < parents.length; base++) {
      offer(stars, base, targets.get(base));
    }
    while (!stars.isEmpty()) {
      Star top = stars.poll();
      double now = gain(top.base(), targets.get(top.base()));
      if (now < top.gain() && now > 0) {
        stars.add(new Star(top.base(), now));
      } else if (now > 0) {
        plant(top.base(), targets.get(top.base()));
      }
    }
  }

  private void offer(PriorityQueue<Star> stars, int base, List<int[]> targets) {
    double gain = gain(base, targets);
    if (gain > 0) {
      stars.add(new Star(base, gain));
    }
  }

  private double gain(int base, List<int[]> targets) {
    double gain = costs[base] - population.member(base).aloneBytes();
    for (int[] each : targets) {
      if (children.get(each[0]).isEmpty()) {
        gain += Math.max(0, costs[each[0]] - graph.cost(each[0], each[1]));
      }
    }
    return gain;
  }

  private void plant(int base, List<int[]> targets) {
    detach(base);
    for (int[] each : targets) {
      double cost = graph.cost(each[0], each[1]);
      if (children.get(each[0]).isEmpty() && cost < costs[each[0]]) {
        detach(each[0]);
        attach(each[0], base, cost);
      }
    }
  }

  private void attach(int target, int base, double cost) {
    parents[target] = base;
    costs[target] = cost;
    children.get(base).add(target);
  }

  private void detach(int target) {
    int base = parents[target];
    if (base != NONE) {
      children.get(base).remove(Integer.valueOf(target));
      parents[target] = NONE;
      costs[target] = population.member(target).aloneBytes();
    }
  }

  private void improve() {
    boolean moved = true;
    for (int round = 0; moved && round < ROUNDS; round++) {
      moved = false;
      for (int target = 0; target < parents.length; target++) {
        moved |= allowed[target] && move(target);
      }
    }
  }

  private boolean move(int target) {
    int best = NONE;
    double least = costs[target];
    int[] bases = graph.basesOf(target);
    for (int choice = 0; choice < bases.length; choice++) {
      int base = bases[choice];
      if (graph.cost(target, choice) < least && allowed[base] && fits(target, base)) {
        least = graph.cost(target, choice);
        best = base;
      }
    }
    if (best == NONE) {
      return false;
    }
    detach(target);
    attach(target, best, least);
    return true;
  }

  /** Returns whether a base is not above itself then, and no chain too deep. */
  private boolean fits(int target, int base) {
    int depth = 1;
    for (int at = base; at != NONE; at = parents[at]) {
      if (at == target) {
        return false;
      }
      depth += parents[at] == NONE ? 0 : 1;
    }
    return depth <= maxDepth && depth + height(target) <= maxDepth;
  }

  private int height(int of) {
    int height = 0;
    for (int child : children.get(of)) {
      height = Math.max(height, 1 + height(child));
    }
    return height;
  }
}

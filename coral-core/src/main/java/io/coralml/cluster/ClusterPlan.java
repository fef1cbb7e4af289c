package io.coralml.cluster;

import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A base for every tensor of a store. Every tensor is in it once, every base is one of the tensors,
 * and bases never lead round in a circle. Immutable.
 *
 * @param strategy how the bases were chosen; never {@link ClusteringStrategy#ADAPTIVE}
 * @param maxDepth how deep a delta may stand in it
 * @param currentBytes encoded bytes of the tensors as they are stored now
 * @param expectedBytes encoded bytes they are expected to have, containers of packs not counted
 * @param quality of the clusters
 * @param assignments one for each tensor
 */
public record ClusterPlan(
    ClusteringStrategy strategy,
    int maxDepth,
    long currentBytes,
    long expectedBytes,
    ClusterQuality quality,
    List<Assignment> assignments) {

  /**
   * What a plan says of one tensor.
   *
   * @param id which
   * @param base what it is to be encoded against; empty for nothing
   * @param expectedBytes encoded bytes it is expected to have
   */
  public record Assignment(TensorId id, Optional<TensorId> base, long expectedBytes) {}

  /**
   * Tensors that hang together.
   *
   * @param medoid the one that all others depend on, directly or not; a real tensor
   * @param members all of them, the medoid first
   */
  public record Cluster(TensorId medoid, List<TensorId> members) {}

  /**
   * Checks what every plan promises.
   *
   * @throws InvalidInputException if a tensor is in it twice, a base is not in it, bases lead round
   *     in a circle, or a chain is deeper than {@code maxDepth}
   */
  public ClusterPlan {
    assignments = List.copyOf(assignments);
    Map<TensorId, Optional<TensorId>> bases = bases(assignments);
    Map<TensorId, Integer> depths = new HashMap<>();
    for (Assignment each : assignments) {
      depth(each.id(), bases, depths, maxDepth);
    }
  }

  private static Map<TensorId, Optional<TensorId>> bases(List<Assignment> assignments) {
    Map<TensorId, Optional<TensorId>> bases = new LinkedHashMap<>();
    for (Assignment each : assignments) {
      if (bases.put(each.id(), each.base()) != null) {
        throw invalid("tensor " + each.id() + " is in it twice");
      }
    }
    return bases;
  }

  private static void depth(
      TensorId start,
      Map<TensorId, Optional<TensorId>> bases,
      Map<TensorId, Integer> depths,
      int maxDepth) {
    List<TensorId> path = new ArrayList<>();
    Set<TensorId> seen = new HashSet<>();
    TensorId at = start;
    while (at != null && !depths.containsKey(at)) {
      Optional<TensorId> base = bases.get(at);
      if (base == null) {
        throw invalid("tensor " + at + " is a base but has no place in it");
      }
      if (!seen.add(at)) {
        throw invalid("bases lead round in a circle through tensor " + at);
      }
      path.add(at);
      at = base.orElse(null);
    }
    int depth = at == null ? -1 : depths.getOrDefault(at, -1);
    Collections.reverse(path);
    for (TensorId each : path) {
      depth++;
      if (depth > maxDepth) {
        throw invalid(
            "tensor " + each + " would be " + depth + " bases deep where it allows " + maxDepth);
      }
      depths.put(each, depth);
    }
  }

  private static InvalidInputException invalid(String what) {
    return new InvalidInputException("This is no valid plan: " + what + "; make a new one.");
  }

  /** Returns the base of each tensor, as {@link io.coralml.store.ObjectStore#repack} takes it. */
  public Map<TensorId, Optional<TensorId>> bases() {
    return Collections.unmodifiableMap(bases(assignments));
  }

  /** Returns the clusters: what hangs together by bases; tensors alone are in none. */
  public List<Cluster> clusters() {
    Map<TensorId, Optional<TensorId>> bases = bases(assignments);
    Map<TensorId, List<TensorId>> members = new LinkedHashMap<>();
    for (Assignment each : assignments) {
      TensorId root = each.id();
      for (Optional<TensorId> base = each.base(); base.isPresent(); base = bases.get(root)) {
        root = base.get();
      }
      List<TensorId> cluster = members.computeIfAbsent(root, any -> new ArrayList<>());
      cluster.add(each.id().equals(root) ? 0 : cluster.size(), each.id());
    }
    return members.entrySet().stream()
        .filter(each -> each.getValue().size() > 1)
        .map(each -> new Cluster(each.getKey(), List.copyOf(each.getValue())))
        .toList();
  }

  /** Returns how many tensors have a base. */
  public long deltas() {
    return assignments.stream().filter(each -> each.base().isPresent()).count();
  }
}

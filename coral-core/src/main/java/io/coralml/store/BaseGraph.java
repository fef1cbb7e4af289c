package io.coralml.store;

import io.coralml.InvalidInputException;
import io.coralml.pack.PackEntry;
import io.coralml.tensor.TensorId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which base every tensor of a store is to have: what was asked for, where that is possible, and
 * otherwise what it has. Tensors that open batches rely on keep their bases, and so do those below
 * them. Where a chain would become too deep a tensor gets a base further down.
 */
final class BaseGraph {
  /**
   * How a tensor is to be stored.
   *
   * @param depth number of bases below it
   */
  record Target(@Nullable TensorId base, int depth) {
    boolean isMetBy(PackEntry entry) {
      return hasBaseOf(entry) && entry.depth() == depth;
    }

    boolean hasBaseOf(PackEntry entry) {
      TensorId found = entry.base();
      return base == null ? found == null : base.equals(found);
    }
  }

  private final Map<TensorId, PackSet.Located> present;
  private final Map<TensorId, Optional<TensorId>> wanted;
  private final Set<TensorId> held;
  private final int maxDepth;
  private final Map<TensorId, Target> targets = new HashMap<>();

  private BaseGraph(
      Map<TensorId, PackSet.Located> present,
      Map<TensorId, Optional<TensorId>> wanted,
      Set<TensorId> held,
      int maxDepth) {
    this.present = present;
    this.wanted = wanted;
    this.held = held;
    this.maxDepth = maxDepth;
  }

  /**
   * Works out the target of every tensor.
   *
   * @param present every tensor, with its entry of least depth
   * @param wanted the base asked for; empty to store a tensor alone
   * @param pinned what open batches rely on
   * @param maxDepth how deep a delta may stand
   * @throws InvalidInputException if a tensor or base is not there, a base has another dtype or
   *     shape, or bases lead round in a circle
   */
  static Map<TensorId, Target> resolve(
      Map<TensorId, PackSet.Located> present,
      Map<TensorId, Optional<TensorId>> wanted,
      Set<TensorId> pinned,
      int maxDepth) {
    check(present, wanted);
    Set<TensorId> held = new HashSet<>();
    for (TensorId pin : pinned) {
      TensorId at = pin;
      while (at != null && present.containsKey(at) && held.add(at)) {
        at = present.get(at).entry().base();
      }
    }
    BaseGraph graph = new BaseGraph(present, wanted, held, maxDepth);
    present.keySet().forEach(graph::resolve);
    return graph.targets;
  }

  private static void check(
      Map<TensorId, PackSet.Located> present, Map<TensorId, Optional<TensorId>> wanted) {
    wanted.forEach(
        (id, base) -> {
          requirePresent(present, id);
          base.ifPresent(
              it -> {
                requirePresent(present, it);
                if (!present.get(it).entry().form().equals(present.get(id).entry().form())) {
                  throw new InvalidInputException(
                      "The plan encodes tensor "
                          + id
                          + " against one of another dtype or shape; make a new plan.");
                }
              });
        });
  }

  private static void requirePresent(Map<TensorId, PackSet.Located> present, TensorId id) {
    if (!present.containsKey(id)) {
      throw new InvalidInputException(
          "The plan names tensor "
              + id
              + ", which this repository does not hold: it was made for another one, or before a"
              + " clean-up; make a new plan.");
    }
  }

  private @Nullable TensorId wish(TensorId id) {
    PackEntry entry = present.get(id).entry();
    Optional<TensorId> asked = held.contains(id) ? null : wanted.get(id);
    return asked == null ? entry.base() : asked.orElse(null);
  }

  /** Walks down to what is known, then back up. */
  private void resolve(TensorId start) {
    Deque<TensorId> path = new ArrayDeque<>();
    Set<TensorId> onPath = new HashSet<>();
    TensorId at = start;
    while (at != null && !targets.containsKey(at) && present.containsKey(at)) {
      if (!onPath.add(at)) {
        throw new InvalidInputException(
            "The plan leads in a circle through tensor " + at + "; make a new plan.");
      }
      path.push(at);
      at = wish(at);
    }
    while (!path.isEmpty()) {
      TensorId next = path.pop();
      targets.put(next, target(next, wish(next)));
    }
  }

  private Target target(TensorId id, @Nullable TensorId wish) {
    PackEntry entry = present.get(id).entry();
    if (held.contains(id)) {
      return new Target(entry.base(), entry.depth());
    }
    int most = wanted.containsKey(id) ? maxDepth : Math.max(maxDepth, entry.depth());
    TensorId base = wish;
    while (base != null) {
      Target below = targets.get(base);
      int depth = below == null ? PackEntry.MAX_DEPTH : below.depth();
      if (depth < most) {
        return new Target(base, depth + 1);
      }
      base = below == null ? null : below.base();
    }
    return new Target(null, 0);
  }
}

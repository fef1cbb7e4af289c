package io.coralml.store;

import io.coralml.io.Storage;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackReader;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Deletes packs all of whose tensors are elsewhere by now, in such an order that at every moment
 * the base of every entry has an entry of less depth. Without that order a kill halfway could leave
 * two entries that are each other's bases, and a merge of packs, which keeps the entry of least
 * depth, could drop the one that leads out of the circle.
 */
final class PackRetirement {
  private final ObjectStore store;
  private final Storage storage;
  private final Map<TensorId, BaseGraph.Target> targets;

  PackRetirement(ObjectStore store, Map<TensorId, BaseGraph.Target> targets) {
    this.store = store;
    this.storage = store.storage();
    this.targets = targets;
  }

  /** Deletes the packs. One that a power loss brings back only costs space, until the next time. */
  void retire(List<PackReader> packs) {
    List<PackReader> left = new ArrayList<>(packs);
    while (!left.isEmpty()) {
      PackReader next = left.stream().filter(each -> isFree(each, left)).findAny().orElse(null);
      if (next == null) {
        // They hang together in a circle. Without their deltas, which are elsewhere, they do not.
        left.replaceAll(pack -> replace(pack, entry -> entry.depth() == 0));
        left.removeIf(pack -> pack.table().entries().isEmpty());
        next = left.isEmpty() ? null : left.get(0);
      }
      if (next != null) {
        replace(next, entry -> false);
        left.remove(next);
      }
    }
  }

  /** Returns whether no delta in another of the packs would lose the last base of less depth. */
  private boolean isFree(PackReader pack, List<PackReader> all) {
    Set<TensorId> deeper = new HashSet<>();
    for (PackReader other : all) {
      for (PackEntry entry : other == pack ? List.<PackEntry>of() : other.table().entries()) {
        TensorId base = entry.base();
        BaseGraph.Target target = base == null ? null : targets.get(base);
        if (base != null && (target == null || target.depth() >= entry.depth())) {
          deeper.add(base);
        }
      }
    }
    return pack.table().entries().stream().noneMatch(entry -> deeper.contains(entry.id()));
  }

  /** Returns the pack that takes the place; the old one, which is gone, if there is none. */
  private PackReader replace(PackReader pack, Predicate<PackEntry> keep) {
    List<PackReader> fresh = new ArrayList<>();
    storage.locked(
        ObjectStore.LOCK,
        () -> {
          Set<String> before = Set.copyOf(store.catalog().refresh().packs().keySet());
          store.merger().replace(List.of(pack), keep);
          store.catalog().refresh().packs().values().stream()
              .filter(each -> !before.contains(each.name()))
              .forEach(fresh::add);
        });
    return fresh.isEmpty() ? pack : fresh.get(0);
  }
}

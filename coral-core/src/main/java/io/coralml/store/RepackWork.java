package io.coralml.store;

import io.coralml.pack.PackEntry;
import io.coralml.pack.PackReader;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a repack has to do: whatever is stored already as it is wanted stays where it is.
 *
 * @param targets the base and depth each tensor is to have
 * @param reencode tensors that get another base, with their present entry; bases first
 * @param copy entries that stay as they are, or get another depth, but whose pack goes
 * @param replaced packs that hold an entry that is not wanted any more
 */
record RepackWork(
    Map<TensorId, BaseGraph.Target> targets,
    List<PackEntry> reencode,
    List<PackSet.Located> copy,
    List<PackReader> replaced) {

  /**
   * Compares what there is with what is wanted.
   *
   * @param bases the base each tensor is to have, empty for none
   * @param pinned tensors that stay as they are
   * @param maxDepth how many bases deep a delta may stand
   */
  static RepackWork of(
      PackSet packs, Map<TensorId, Optional<TensorId>> bases, Set<TensorId> pinned, int maxDepth) {
    Map<TensorId, PackSet.Located> present = packs.best();
    Map<TensorId, BaseGraph.Target> targets = BaseGraph.resolve(present, bases, pinned, maxDepth);
    Map<TensorId, PackSet.Located> kept = new HashMap<>();
    List<PackEntry> reencode = new ArrayList<>();
    targets.forEach(
        (id, target) ->
            packs.findAll(id).stream()
                .filter(each -> target.hasBaseOf(each.entry()))
                .min(Comparator.comparing(each -> !target.isMetBy(each.entry())))
                .ifPresentOrElse(
                    each -> kept.put(id, each), () -> reencode.add(present.get(id).entry())));
    List<PackReader> replaced = new ArrayList<>();
    List<PackSet.Located> copy = new ArrayList<>();
    for (PackReader pack : packs.packs().values()) {
      List<PackEntry> wanted =
          pack.table().entries().stream().filter(it -> isKept(kept, pack, it)).toList();
      boolean asItIs = wanted.stream().allMatch(it -> targets.get(it.id()).isMetBy(it));
      if (!asItIs || wanted.size() < pack.table().entries().size()) {
        replaced.add(pack);
        wanted.forEach(entry -> copy.add(new PackSet.Located(pack, entry)));
      }
    }
    Comparator<PackEntry> basesFirst = Comparator.comparing(it -> targets.get(it.id()).depth());
    reencode.sort(basesFirst.thenComparing(it -> baseOf(targets, it)).thenComparing(PackEntry::id));
    return new RepackWork(targets, reencode, copy, replaced);
  }

  private static TensorId baseOf(Map<TensorId, BaseGraph.Target> targets, PackEntry entry) {
    TensorId base = targets.get(entry.id()).base();
    return base == null ? entry.id() : base;
  }

  private static boolean isKept(
      Map<TensorId, PackSet.Located> kept, PackReader pack, PackEntry entry) {
    PackSet.Located located = kept.get(entry.id());
    return located != null && located.pack() == pack;
  }

  /** Returns the tensors that will have another base or another depth. */
  Set<TensorId> changing() {
    Set<TensorId> changing = new HashSet<>();
    reencode.forEach(entry -> changing.add(entry.id()));
    for (PackSet.Located each : copy) {
      if (targets.get(each.entry().id()).depth() != each.entry().depth()) {
        changing.add(each.entry().id());
      }
    }
    return changing;
  }
}

package io.coralml.repository;

import io.coralml.history.CommitId;
import io.coralml.history.HistoryView;
import io.coralml.history.HistoryView.PointerChange;
import io.coralml.history.TensorPointer;
import io.coralml.merge.BothChanged;
import io.coralml.merge.MergeOutcome;
import io.coralml.merge.MergeStrategy;
import io.coralml.merge.ThreeWay;
import io.coralml.store.ObjectStore;
import io.coralml.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What has to change in one commit so that it also holds what another one changed since a third:
 * the heart of merge, cherry-pick and revert. Only tensors that changed are looked at. Attributes
 * are merged key by key; where both sides changed one differently, ours stays, unless the strategy
 * is the one that takes theirs.
 *
 * @param taken new pointers of tensors that are taken as they are, empty where removed
 * @param combined tensors a strategy combined, computed as they are read, with their attributes
 * @param conflicts what a person has to decide
 */
record ThreeWayChange(
    SortedMap<String, Optional<TensorPointer>> taken,
    Map<String, Transaction.Addition> combined,
    List<MergeConflict> conflicts) {

  /** Asks for a strategy by tensor name. */
  interface Strategies extends Function<String, MergeStrategy> {}

  static ThreeWayChange of(
      HistoryView history,
      ObjectStore store,
      Optional<CommitId> base,
      CommitId ours,
      Optional<CommitId> theirs,
      Strategies strategies) {
    ThreeWayChange result = new ThreeWayChange(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    history
        .changes(base, theirs)
        .forEach(
            (name, change) ->
                result.decide(
                    store,
                    name,
                    change,
                    history.pointer(ours, name).orElse(null),
                    strategies.apply(name)));
    return result;
  }

  private void decide(
      ObjectStore store,
      String name,
      PointerChange change,
      @Nullable TensorPointer ours,
      MergeStrategy strategy) {
    TensorPointer base = change.before();
    TensorPointer theirs = change.after();
    ThreeWay decision = ThreeWay.of(base, ours, theirs);
    if (decision == ThreeWay.TAKE_THEIRS) {
      taken.put(name, Optional.ofNullable(theirs));
    } else if (decision.isContested()) {
      if (ours != null && theirs != null) {
        both(store, name, base, ours, theirs, strategy);
      } else if (strategy.name().equals("theirs")) {
        taken.put(name, Optional.ofNullable(theirs));
      } else if (!strategy.name().equals("ours")) {
        conflicts.add(MergeConflict.removed(name, decision));
      }
    }
  }

  /** Decides about weights and attributes apart: one side may have changed either. */
  private void both(
      ObjectStore store,
      String name,
      @Nullable TensorPointer base,
      TensorPointer ours,
      TensorPointer theirs,
      MergeStrategy strategy) {
    boolean preferTheirs = strategy.name().equals("theirs");
    SortedMap<String, String> attributes =
        attributes(
            base == null ? Collections.emptySortedMap() : base.attributes(),
            ours.attributes(),
            theirs.attributes(),
            preferTheirs);
    ThreeWay weights = ThreeWay.of(base == null ? null : base.id(), ours.id(), theirs.id());
    if (weights == ThreeWay.TAKE_THEIRS || (weights.isContested() && preferTheirs)) {
      take(name, theirs, attributes);
    } else if (weights.isContested()) {
      combine(store, name, base, ours, theirs, attributes, strategy);
    } else if (!attributes.equals(ours.attributes())) {
      take(name, ours, attributes);
    }
  }

  private void take(String name, TensorPointer from, SortedMap<String, String> attributes) {
    taken.put(
        name,
        Optional.of(
            new TensorPointer(
                from.id(), from.dtype(), from.shape(), from.byteLength(), attributes)));
  }

  /** Merges attributes key by key; where both sides changed one differently, one side wins. */
  private static SortedMap<String, String> attributes(
      Map<String, String> base,
      Map<String, String> ours,
      Map<String, String> theirs,
      boolean preferTheirs) {
    TreeMap<String, String> merged = new TreeMap<>();
    Set<String> keys = new TreeSet<>(ours.keySet());
    keys.addAll(theirs.keySet());
    for (String key : keys) {
      ThreeWay decision = ThreeWay.of(base.get(key), ours.get(key), theirs.get(key));
      boolean takeTheirs =
          decision == ThreeWay.TAKE_THEIRS || (decision.isContested() && preferTheirs);
      String value = takeTheirs ? theirs.get(key) : ours.get(key);
      if (value != null) {
        merged.put(key, value);
      }
    }
    return merged;
  }

  private void combine(
      ObjectStore store,
      String name,
      @Nullable TensorPointer base,
      TensorPointer ours,
      TensorPointer theirs,
      SortedMap<String, String> attributes,
      MergeStrategy strategy) {
    BothChanged both =
        new BothChanged(
            name,
            base == null ? null : source(store, name, base),
            source(store, name, ours),
            source(store, name, theirs));
    MergeOutcome outcome = strategy.merge(both);
    if (outcome instanceof MergeOutcome.Merged merged) {
      combined.put(name, new Transaction.Addition(merged.tensor(), attributes));
    } else if (outcome instanceof MergeOutcome.Conflict conflict) {
      conflicts.add(new MergeConflict(name, conflict.message()));
    }
  }

  private static TensorSource source(ObjectStore store, String name, TensorPointer pointer) {
    return new LazySource(store, TensorInfo.of(name, pointer));
  }
}

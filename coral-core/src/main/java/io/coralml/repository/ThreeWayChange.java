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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What has to change in one commit so that it also holds what another one changed since a third:
 * the heart of merge, cherry-pick and revert. Only tensors that changed are looked at.
 *
 * @param taken new pointers of tensors that are taken as they are, empty where removed
 * @param combined tensors a strategy combined, computed as they are read
 * @param conflicts what a person has to decide
 */
record ThreeWayChange(
    SortedMap<String, Optional<TensorPointer>> taken,
    Map<String, TensorSource> combined,
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
    TensorPointer theirs = change.after();
    ThreeWay decision = ThreeWay.of(change.before(), ours, theirs);
    if (decision == ThreeWay.TAKE_THEIRS) {
      taken.put(name, Optional.ofNullable(theirs));
    } else if (decision.isContested()) {
      if (strategy.name().equals("theirs")) {
        taken.put(name, Optional.ofNullable(theirs));
      } else if (ours == null || theirs == null) {
        if (!strategy.name().equals("ours")) {
          conflicts.add(MergeConflict.removed(name, decision));
        }
      } else {
        combine(store, name, change.before(), ours, theirs, strategy);
      }
    }
  }

  private void combine(
      ObjectStore store,
      String name,
      @Nullable TensorPointer base,
      TensorPointer ours,
      TensorPointer theirs,
      MergeStrategy strategy) {
    BothChanged both =
        new BothChanged(
            name,
            base == null ? null : source(store, name, base),
            source(store, name, ours),
            source(store, name, theirs));
    MergeOutcome outcome = strategy.merge(both);
    if (outcome instanceof MergeOutcome.Merged merged) {
      combined.put(name, merged.tensor());
    } else if (outcome instanceof MergeOutcome.Conflict conflict) {
      conflicts.add(new MergeConflict(name, conflict.message()));
    }
  }

  private static TensorSource source(ObjectStore store, String name, TensorPointer pointer) {
    return new LazySource(store, TensorInfo.of(name, pointer));
  }
}

package io.coralml.repository;

import io.coralml.history.HistoryView;
import io.coralml.history.HistoryView.PointerChange;
import io.coralml.history.TensorPointer;
import io.coralml.merge.TensorComparison;
import io.coralml.store.ObjectStore;
import io.coralml.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How two models differ, by the identity of their tensors: two tensors of different bits are never
 * taken for equal, however small the difference.
 *
 * @param added tensors only the second model has, in the order of their names
 * @param removed tensors only the first model has, in the order of their names
 * @param changed tensors that both have and that differ, in the order of their names
 */
public record ModelDiff(
    List<TensorInfo> added, List<TensorInfo> removed, List<TensorChange> changed) {

  /** Keeps copies. */
  public ModelDiff {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }

  /** A tensor that differs. Thread-safe while the repository is open. */
  public static final class TensorChange {
    private final TensorInfo before;
    private final TensorInfo after;
    private final ObjectStore store;

    private TensorChange(TensorInfo before, TensorInfo after, ObjectStore store) {
      this.before = before;
      this.after = after;
      this.store = store;
    }

    /** Returns the tensor's name. */
    public String name() {
      return after.name();
    }

    /** Returns what the first model holds. */
    public TensorInfo before() {
      return before;
    }

    /** Returns what the second model holds. */
    public TensorInfo after() {
      return after;
    }

    /**
     * Reads both tensors and says how far apart they are; nothing if their shapes or dtypes cannot
     * be compared. Computed anew at each call.
     */
    public Optional<TensorComparison> compare() {
      TensorSource left = new LazySource(store, before);
      TensorSource right = new LazySource(store, after);
      return TensorComparison.isPossible(left, right)
          ? Optional.of(TensorComparison.of(left, right))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "TensorChange[" + name() + "]";
    }
  }

  static ModelDiff between(
      Snapshot before, Snapshot after, HistoryView history, ObjectStore store) {
    List<TensorInfo> added = new ArrayList<>();
    List<TensorInfo> removed = new ArrayList<>();
    List<TensorChange> changed = new ArrayList<>();
    for (Map.Entry<String, PointerChange> each :
        history
            .changes(Optional.of(before.commit().id()), Optional.of(after.commit().id()))
            .entrySet()) {
      TensorPointer old = each.getValue().before();
      TensorPointer now = each.getValue().after();
      if (old != null && now != null) {
        changed.add(
            new TensorChange(
                TensorInfo.of(each.getKey(), old), TensorInfo.of(each.getKey(), now), store));
      } else if (now != null) {
        added.add(TensorInfo.of(each.getKey(), now));
      } else if (old != null) {
        removed.add(TensorInfo.of(each.getKey(), old));
      }
    }
    return new ModelDiff(added, removed, changed);
  }

  /** Returns whether the models hold the same tensors under the same names. */
  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
  }
}

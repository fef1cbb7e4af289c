package io.coralml.repository;

import io.coralml.history.TensorPointer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Changes to a model, by name, as pointers: the tensors themselves are in the store already.
 *
 * @param tensors the new pointer of each changed tensor, empty where it is removed
 * @param replace whether every tensor not named here is removed
 */
record ModelChanges(SortedMap<String, Optional<TensorPointer>> tensors, boolean replace) {
  static final ModelChanges NONE = new ModelChanges(new TreeMap<>(), false);

  /** Returns whether nothing changes. */
  boolean isEmpty() {
    return tensors.isEmpty() && !replace;
  }

  /** Returns what changes in a model of those names. */
  Map<String, Optional<TensorPointer>> appliedTo(Collection<String> names) {
    if (!replace) {
      return tensors;
    }
    TreeMap<String, Optional<TensorPointer>> all = new TreeMap<>(tensors);
    names.forEach(name -> all.putIfAbsent(name, Optional.empty()));
    return all;
  }

  /** Returns these changes followed by others. */
  ModelChanges then(ModelChanges later) {
    TreeMap<String, Optional<TensorPointer>> all = new TreeMap<>();
    if (!later.replace()) {
      all.putAll(tensors);
    }
    all.putAll(later.tensors());
    return new ModelChanges(all, replace || later.replace());
  }

  /** Returns the names that are touched in a model of those names. */
  Set<String> touched(Collection<String> names) {
    return appliedTo(names).keySet();
  }
}

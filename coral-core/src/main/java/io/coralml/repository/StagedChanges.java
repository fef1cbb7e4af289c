package io.coralml.repository;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What waits in the staging area.
 *
 * @param changes the changes, applied to HEAD's model when they are committed
 * @param modelMetadata metadata of the files that were added
 */
record StagedChanges(ModelChanges changes, SortedMap<String, String> modelMetadata) {
  static final StagedChanges NONE = new StagedChanges(ModelChanges.NONE, new TreeMap<>());

  StagedChanges {
    modelMetadata = Collections.unmodifiableSortedMap(new TreeMap<>(modelMetadata));
  }

  boolean isEmpty() {
    return changes.isEmpty() && modelMetadata.isEmpty();
  }

  StagedChanges then(StagedChanges later) {
    SortedMap<String, String> metadata = new TreeMap<>(modelMetadata);
    metadata.putAll(later.modelMetadata());
    return new StagedChanges(changes.then(later.changes()), metadata);
  }
}

package io.coralml.merge;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The decisions of a three-way merge for every name that any of the three sides holds, in the
 * natural order of the names. Immutable.
 *
 * @param decisions what becomes of each name
 */
public record MergePlan(SortedMap<String, ThreeWay> decisions) {

  /** Keeps an unmodifiable copy. */
  public MergePlan {
    decisions = Collections.unmodifiableSortedMap(new TreeMap<>(decisions));
  }

  /**
   * Plans a merge.
   *
   * @param base name to value in the merge base; see {@link ThreeWay} for what a value may be
   * @param ours name to value on our side
   * @param theirs name to value on their side
   */
  public static <T> MergePlan of(Map<String, T> base, Map<String, T> ours, Map<String, T> theirs) {
    SortedSet<String> names = new TreeSet<>(base.keySet());
    names.addAll(ours.keySet());
    names.addAll(theirs.keySet());
    SortedMap<String, ThreeWay> decisions = new TreeMap<>();
    for (String name : names) {
      decisions.put(name, ThreeWay.of(base.get(name), ours.get(name), theirs.get(name)));
    }
    return new MergePlan(decisions);
  }

  /** Returns the names both sides changed differently, in natural order. */
  public List<String> contested() {
    return decisions.entrySet().stream()
        .filter(entry -> entry.getValue().isContested())
        .map(Map.Entry::getKey)
        .toList();
  }
}

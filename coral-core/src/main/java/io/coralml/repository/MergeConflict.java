package io.coralml.repository;

import io.coralml.merge.ThreeWay;

/**
 * A tensor that a merge could not decide.
 *
 * @param name the tensor
 * @param message why, and what to do
 */
public record MergeConflict(String name, String message) {
  static MergeConflict removed(String name, ThreeWay decision) {
    boolean byOurs = decision == ThreeWay.REMOVED_BY_OURS;
    return new MergeConflict(
        name,
        "It was removed by "
            + (byOurs ? "ours and changed by theirs" : "theirs and changed by ours")
            + "; choose one of the two with the strategy ours or theirs.");
  }
}

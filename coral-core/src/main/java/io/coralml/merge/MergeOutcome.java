package io.coralml.merge;

import io.coralml.tensor.TensorSource;

/** What a {@link MergeStrategy} makes of a tensor that both sides changed. */
public sealed interface MergeOutcome {

  /**
   * The two sides were combined.
   *
   * @param tensor the result; it may be computed as it is read, from the tensors that were merged,
   *     so these must stay readable for as long as it is used
   */
  record Merged(TensorSource tensor) implements MergeOutcome {}

  /**
   * The strategy cannot or shall not combine the two sides; a person decides.
   *
   * @param name the tensor's name
   * @param reason why, for programs
   * @param message why and what to do, for people
   */
  record Conflict(String name, Reason reason, String message) implements MergeOutcome {}

  /** Why two tensors were not combined. */
  enum Reason {
    /** The strategy was asked to fail whenever both sides changed a tensor. */
    BOTH_CHANGED,
    /** The strategy works on changes since the merge base, which does not hold the tensor. */
    NO_BASE,
    /** The sides, or the base, have different shapes. */
    SHAPE_DIFFERS,
    /** The sides, or the base, have different dtypes. */
    DTYPE_DIFFERS,
    /** The dtype is not one that arithmetic on weights makes sense for. */
    NOT_ARITHMETIC
  }
}

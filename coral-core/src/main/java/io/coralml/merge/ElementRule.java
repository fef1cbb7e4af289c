package io.coralml.merge;

/**
 * What becomes of one element, from its bits in the base and on both sides. Must be a function of
 * its arguments alone, so that any part of a tensor can be computed at any time by any thread.
 */
@FunctionalInterface
interface ElementRule {
  /**
   * Returns the bits of the merged element.
   *
   * @param index the element's row-major index in the tensor
   * @param base bits in the base; 0 when the rule was made without one
   * @param ours bits on our side
   * @param theirs bits on their side
   */
  long bits(long index, long base, long ours, long theirs);
}

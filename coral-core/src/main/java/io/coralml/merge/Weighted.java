package io.coralml.merge;

import io.coralml.merge.ArithmeticMerge.Formula;

/**
 * The weighted mean, element by element; the weights sum to 1. Never outside the two elements, and
 * elements of equal bits are kept.
 */
record Weighted(double ours, double theirs) implements Formula {

  @Override
  public ElementRule ruleFor(BothChanged change, FloatFormat format) {
    return (index, base, mine, others) -> {
      if (mine == others) {
        return mine;
      }
      double a = format.decode(mine);
      double b = format.decode(others);
      double mean = ours * a + theirs * b;
      // The two products round, so an F64 mean could leave the interval by its last bit.
      double clamped = Math.max(Math.min(mean, Math.max(a, b)), Math.min(a, b));
      return format.encode(clamped);
    };
  }
}

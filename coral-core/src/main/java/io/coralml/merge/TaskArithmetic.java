package io.coralml.merge;

import io.coralml.merge.ArithmeticMerge.Formula;

/** The base plus the scaled sum of both changes. */
record TaskArithmetic(double lambda) implements Formula {

  @Override
  public ElementRule ruleFor(BothChanged change, FloatFormat format) {
    return (index, base, ours, theirs) ->
        ChangeSum.apply(format, base, ours, lambda, theirs, lambda);
  }
}

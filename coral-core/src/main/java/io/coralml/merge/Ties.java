package io.coralml.merge;

import io.coralml.merge.ArithmeticMerge.Formula;
import io.coralml.tensor.TensorSource;
import java.util.Objects;

/** Trim, elect a sign, merge what agrees with it. */
record Ties(double density, double lambda) implements Formula {

  @Override
  public ElementRule ruleFor(BothChanged change, FloatFormat format) {
    TensorSource from = Objects.requireNonNull(change.base());
    LargestChanges ourLargest = LargestChanges.of(from, change.ours(), density);
    LargestChanges theirLargest = LargestChanges.of(from, change.theirs(), density);
    return (index, base, ours, theirs) -> {
      double mine = ourLargest.trim(ChangeSum.change(format, base, ours));
      double others = theirLargest.trim(ChangeSum.change(format, base, theirs));
      double elected = Math.signum(mine + others);
      if (Double.isNaN(elected)) {
        return format.encode(Double.NaN);
      }
      boolean oursAgrees = elected != 0 && Math.signum(mine) == elected;
      boolean theirsAgrees = elected != 0 && Math.signum(others) == elected;
      double share = oursAgrees && theirsAgrees ? lambda / 2 : lambda;
      return ChangeSum.apply(
          format, base, ours, oursAgrees ? share : 0, theirs, theirsAgrees ? share : 0);
    };
  }
}

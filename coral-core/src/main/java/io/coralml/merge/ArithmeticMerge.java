package io.coralml.merge;

import io.coralml.merge.MergeOutcome.Conflict;
import io.coralml.merge.MergeOutcome.Merged;
import io.coralml.merge.MergeOutcome.Reason;
import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;

/**
 * Everything the strategies that calculate have in common: which tensors they refuse, and that
 * equal tensors come back unchanged.
 *
 * @param name the strategy and its parameters in one word
 * @param usesBase whether the formula needs the tensor of the merge base
 * @param formula makes the rule for the elements of one tensor
 */
record ArithmeticMerge(String name, boolean usesBase, Formula formula) implements MergeStrategy {

  /** A strategy's mathematics. */
  @FunctionalInterface
  interface Formula {
    /**
     * Returns the rule for the elements of one tensor; reads the whole tensors first if the rule
     * depends on all of their elements.
     */
    ElementRule ruleFor(BothChanged change, FloatFormat format);
  }

  @Override
  public MergeOutcome merge(BothChanged change) {
    TensorSource ours = change.ours();
    TensorSource theirs = change.theirs();
    if (BlockCursor.sameBits(ours, theirs)) {
      return new Merged(ours);
    }
    TensorSource base = usesBase ? change.base() : null;
    if (usesBase && base == null) {
      return conflict(change, Reason.NO_BASE, "is not in the merge base, which " + name + " needs");
    }
    if (differs(ours.shape(), theirs.shape(), base == null ? ours.shape() : base.shape())) {
      return conflict(
          change, Reason.SHAPE_DIFFERS, differing("shape", ours.shape(), theirs.shape()));
    }
    if (differs(ours.dtype(), theirs.dtype(), base == null ? ours.dtype() : base.dtype())) {
      return conflict(
          change, Reason.DTYPE_DIFFERS, differing("dtype", ours.dtype(), theirs.dtype()));
    }
    if (!isArithmetic(ours.dtype())) {
      return conflict(
          change, Reason.NOT_ARITHMETIC, "has dtype " + ours.dtype() + ", which is not calculated");
    }
    ElementRule rule = formula.ruleFor(change, FloatFormat.of(ours.dtype()));
    return new Merged(new ElementwiseTensor(base, ours, theirs, rule));
  }

  /** A scale says nothing apart from the elements it scales, so E8M0 is left alone. */
  private static boolean isArithmetic(DType dtype) {
    return FloatFormat.find(dtype).isPresent() && !dtype.equals(DType.F8_E8M0);
  }

  private static boolean differs(Object ours, Object theirs, Object base) {
    return !ours.equals(theirs) || !ours.equals(base);
  }

  private static String differing(String what, Object ours, Object theirs) {
    return ours.equals(theirs)
        ? "has another " + what + " in the merge base than the " + ours + " of both sides"
        : "has " + what + " " + ours + " on our side and " + theirs + " on theirs";
  }

  private static Conflict conflict(BothChanged change, Reason reason, String why) {
    return new Conflict(
        change.name(),
        reason,
        "Both sides changed '" + change.name() + "', but it " + why + "; choose one of the two.");
  }
}

package io.coralml.merge;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;

/**
 * How far one tensor is from another. Read in blocks of 1 MiB, so tensors may be larger than
 * memory.
 *
 * <p><b>What counts as changed</b> is exact: an element of the same dtype has changed when any of
 * its bits has, be it a sign of zero, a NaN payload or the last bit of a weight. No fine-tune is
 * too small to be seen. Elements of packed dtypes are told apart within their bytes (from the low
 * bits up); of opaque dtypes each byte is counted as an element. Between two float dtypes an
 * element has changed when its exact value has, or its sign of zero.
 *
 * <p><b>The distances</b> are computed in double from exact values, with scaled, compensated sums,
 * over the pairs of which both are finite; the others are counted in {@code nonFinite}. 64-bit
 * integers are subtracted as integers. A complex element counts as its two parts. A difference
 * beyond the range of double counts as the largest double. Packed and opaque dtypes have no
 * distances: these are NaN then ({@link #hasDistances}).
 *
 * @param elements number of elements compared
 * @param changed number of elements that changed
 * @param nonFinite number of values (parts, for complex) left out of the distances because either
 *     is NaN or infinite
 * @param relativeL2 ‖after − before‖ / ‖before‖; 0 when nothing changed, infinite when only {@code
 *     before} is zero
 * @param largestChange largest |after − before| of any value
 * @param cosine cosine of the angle between the two, each taken as one long vector; 1 when both are
 *     zero, 0 when one is
 */
public record TensorComparison(
    long elements,
    long changed,
    long nonFinite,
    double relativeL2,
    double largestChange,
    double cosine) {

  /**
   * Returns whether two tensors can be compared element by element: the same shape, and the same
   * dtype or two float dtypes; opaque ones also need the same number of bytes.
   */
  public static boolean isPossible(TensorSource before, TensorSource after) {
    if (!before.shape().equals(after.shape())) {
      return false;
    }
    return before.dtype().equals(after.dtype())
        ? before.byteLength() == after.byteLength()
        : isFloat(before.dtype()) && isFloat(after.dtype());
  }

  /**
   * Compares two tensors.
   *
   * @throws InvalidInputException if they cannot be compared ({@link #isPossible})
   */
  public static TensorComparison of(TensorSource before, TensorSource after) {
    if (!isPossible(before, after)) {
      throw new InvalidInputException(
          "A "
              + before.dtype()
              + " tensor of shape "
              + before.shape()
              + " cannot be compared element by element with a "
              + after.dtype()
              + " tensor of shape "
              + after.shape()
              + "; report them as replaced.");
    }
    return switch (before.dtype().kind()) {
      case PACKED, OPAQUE -> BitComparison.of(before, after);
      default -> new ValueComparison(before, after).run();
    };
  }

  private static boolean isFloat(DType dtype) {
    return FloatFormat.find(dtype).isPresent();
  }

  /** Returns the share of elements that changed, 0 to 1; 0 for an empty tensor. */
  public double changedShare() {
    return elements == 0 ? 0 : (double) changed / elements;
  }

  /** Returns whether no element changed. */
  public boolean isUnchanged() {
    return changed == 0;
  }

  /** Returns whether the dtype's values are known, so that the distances are numbers. */
  public boolean hasDistances() {
    return !Double.isNaN(relativeL2);
  }
}

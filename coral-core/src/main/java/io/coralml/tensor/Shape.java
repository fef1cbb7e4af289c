package io.coralml.tensor;

import io.coralml.InvalidInputException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, outermost first. No extents at all is a scalar (0-d, one element); an
 * extent of 0 makes the tensor empty. Immutable.
 */
public final class Shape {
  /** No format the project reads has more dimensions than this. */
  public static final int MAX_RANK = 64;

  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dims;
  private final long elements;

  private Shape(long[] dims) {
    this.dims = dims;
    this.elements = product(dims);
  }

  /** Returns the shape of a scalar: no extents, one element. */
  public static Shape scalar() {
    return SCALAR;
  }

  /**
   * Returns a shape.
   *
   * @param dims the extents, outermost first; none is a scalar
   * @throws InvalidInputException if an extent is negative, there are more than {@value #MAX_RANK}
   *     of them, or the number of elements does not fit in 63 bits
   */
  public static Shape of(long... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  private static long product(long[] dims) {
    if (dims.length > MAX_RANK) {
      throw new InvalidInputException(
          "A shape has at most " + MAX_RANK + " dimensions; this one has " + dims.length + ".");
    }
    boolean empty = false;
    for (long dim : dims) {
      if (dim < 0) {
        throw new InvalidInputException(
            "A dimension cannot be negative; the shape is " + Arrays.toString(dims) + ".");
      }
      empty |= dim == 0;
    }
    if (empty) {
      return 0;
    }
    long count = 1;
    for (long dim : dims) {
      if (Math.multiplyHigh(count, dim) != 0 || count * dim < 0) {
        throw new InvalidInputException(
            "The shape " + Arrays.toString(dims) + " has more elements than 63 bits can count.");
      }
      count *= dim;
    }
    return count;
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /**
   * Returns one extent.
   *
   * @param axis 0 is the outermost
   */
  public long dim(int axis) {
    return dims[axis];
  }

  /** Returns a copy of the extents, outermost first. */
  public long[] dims() {
    return dims.clone();
  }

  /** Returns the number of elements: 1 for a scalar, 0 when any extent is 0. */
  public long elements() {
    return elements;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /**
   * Returns the extents joined by {@code x}, for instance {@code 256x128}; {@code scalar} for 0-d.
   */
  @Override
  public String toString() {
    return dims.length == 0
        ? "scalar"
        : Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining("x"));
  }
}

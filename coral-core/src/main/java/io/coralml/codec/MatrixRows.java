package io.coralml.codec;

import io.coralml.tensor.Shape;

/**
 * How the elements of a chunk lie in the rows of a matrix, row after row.
 *
 * @param length elements of a row
 * @param firstColumn the column of the chunk's first element
 */
record MatrixRows(int length, int firstColumn) {
  /** Of fewer rows or columns in a chunk nothing is learned. */
  private static final int FEWEST = 16;

  /**
   * Returns the length of a tensor's rows: the product of its inner extents, as many of them as
   * leave several rows to a chunk.
   *
   * @param perElement coded elements for each one of the shape
   * @param chunkElements coded elements of a chunk
   * @return 0 if rows would be too short or too few
   */
  static int lengthOf(Shape shape, int perElement, int chunkElements) {
    long most = Math.min(Scales.MAX_SIDE, chunkElements / FEWEST);
    long length = perElement;
    for (int axis = shape.rank() - 1; axis >= 1 && length * shape.dim(axis) <= most; axis--) {
      length *= shape.dim(axis);
    }
    return length < FEWEST ? 0 : (int) length;
  }

  /** Returns the rows of the chunk that begins with an element of the tensor. */
  static MatrixRows from(long firstElement, int length) {
    return new MatrixRows(length, (int) (firstElement % length));
  }
}

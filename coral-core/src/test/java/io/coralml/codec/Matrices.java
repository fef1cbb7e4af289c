package io.coralml.codec;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Matrices and fine-tunes of them in which every row and every column learns at a rate of its own.
 */
final class Matrices {
  private static final double SD = 0.05;
  private static final double UPDATE = 0.001;

  private Matrices() {}

  /** Returns normal weights of BF16, F32 or F64. */
  static Tensor base(DType dtype, int rows, int columns, long seed) {
    return updated(dtype, rows, columns, 0, seed);
  }

  /**
   * Returns the weights of {@link #base} with an update.
   *
   * @param spread standard deviation of the rates of rows, and of columns, in doublings
   */
  static Tensor tuned(DType dtype, int rows, int columns, double spread, long seed) {
    return updated(dtype, rows, columns, Math.max(spread, Double.MIN_NORMAL), seed);
  }

  private static Tensor updated(DType dtype, int rows, int columns, double spread, long seed) {
    Random weights = new Random(seed);
    Random noise = new Random(seed + 1);
    double[] row = rates(rows, spread, seed + 2);
    double[] column = rates(columns, spread, seed + 3);
    int width = dtype.bytes();
    ByteBuffer bytes = ByteBuffer.allocate(rows * columns * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * columns; i++) {
      double rate = spread == 0 ? 0 : UPDATE * row[i / columns] * column[i % columns];
      double value = SD * weights.nextGaussian() + rate * noise.nextGaussian();
      if (width == 2) {
        int bits = Float.floatToRawIntBits((float) value);
        bytes.putShort((short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16));
      } else if (width == 4) {
        bytes.putFloat((float) value);
      } else {
        bytes.putDouble(value);
      }
    }
    return Tensor.of(dtype, Shape.of(rows, columns), bytes.flip());
  }

  private static double[] rates(int count, double spread, long seed) {
    Random random = new Random(seed);
    double[] rates = new double[count];
    for (int i = 0; i < count; i++) {
      // Multiplied out of halves and doubles, so that every JDK makes the same.
      rates[i] = Math.scalb(1.0, (int) Math.round(spread * random.nextGaussian()));
    }
    return rates;
  }
}

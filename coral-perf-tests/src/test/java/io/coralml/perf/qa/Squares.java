package io.coralml.perf.qa;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * The tensors of the categories: F32, uniform between -1 and 1, and others that are similar to
 * them. A function of their seed.
 */
public final class Squares {
  private Squares() {}

  /** Returns a square tensor. */
  public static Tensor random(int side, long seed) {
    return random(Shape.of(side, side), seed);
  }

  /** Returns a tensor of any shape. */
  public static Tensor random(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer values = elements(shape.elements());
    while (values.hasRemaining()) {
      values.putFloat((float) (2 * random.nextDouble() - 1));
    }
    return Tensor.of(DType.F32, shape, values.flip());
  }

  /**
   * Returns a tensor of an expected cosine with a base: every element gets uniform noise whose
   * variance is that of the base times {@code 1 / cosine^2 - 1}.
   */
  public static Tensor similar(Tensor base, double cosine, long seed) {
    double amplitude = Math.sqrt(1 / (cosine * cosine) - 1);
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer old = base.data();
    ByteBuffer values = elements(base.shape().elements());
    while (values.hasRemaining()) {
      values.putFloat((float) (old.getFloat() + amplitude * (2 * random.nextDouble() - 1)));
    }
    return Tensor.of(base.dtype(), base.shape(), values.flip());
  }

  /**
   * Returns a base in which one element of every group of {@code group} neighbours, a random one,
   * has changed: always the same number.
   *
   * @param amplitude the largest change of an element
   */
  public static Tensor sparse(Tensor base, double amplitude, int group, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = Math.toIntExact(base.byteLength());
    ByteBuffer values = elements(base.shape().elements()).put(base.data()).rewind();
    int step = group * Float.BYTES;
    for (int begin = 0; begin + step <= length; begin += step) {
      int at = begin + Float.BYTES * random.nextInt(group);
      values.putFloat(
          at, (float) (values.getFloat(at) + amplitude * (2 * random.nextDouble() - 1)));
    }
    return Tensor.of(base.dtype(), base.shape(), values);
  }

  private static ByteBuffer elements(long count) {
    return ByteBuffer.allocate(Math.toIntExact(count * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
  }
}

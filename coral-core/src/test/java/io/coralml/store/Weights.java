package io.coralml.store;

import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/** Tensors for the tests, all from seeds. */
final class Weights {
  private Weights() {}

  /** Returns normally distributed F32 weights. */
  static Tensor random(long seed, int... dims) {
    Random random = new Random(seed);
    long[] shape = Arrays.stream(dims).asLongStream().toArray();
    float[] values = new float[(int) Shape.of(shape).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.02f;
    }
    return Tensor.of(values, shape);
  }

  /** Moves some of the first weights a little and leaves the rest as they are. */
  static Tensor fineTuned(Tensor tensor, long seed) {
    Random random = new Random(seed);
    float[] values = tensor.toFloats();
    for (int i = 0; i <= values.length / 10; i += 10) {
      values[i] += (float) random.nextGaussian() * 1e-5f;
    }
    return Tensor.of(values, tensor.shape().dims());
  }
}

package io.coralml.perf.models;

import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fine-tune by low-rank adapters (LoRA; Hu et al., 2021), merged: to every matrix W of m by n a
 * product B A of an m by r and an r by n matrix is added, in real numbers, and the sum is rounded
 * once. The elements of A and B are normal, so scaled that an element of B A has the standard
 * deviation asked for, relative to that of W. What is no matrix stays.
 *
 * <p>The model's limit is the entropy of the factors, drawn as F32: who finds them needs no more.
 * Every element of a matrix changes though, and a codec that looks at one element at a time cannot
 * do better than for noise that is independent: that is the second limit here.
 *
 * @param model the merged model
 * @param elementwiseLimitBytes the entropy of the changes if they were independent
 */
public record LowRank(Model model, double elementwiseLimitBytes) {

  /**
   * Adapts and merges; the merged matrices are held in memory.
   *
   * @param rank r, the inner extent of the product
   * @param relativeSd standard deviation of the change relative to that of the matrix
   */
  public static LowRank merge(Model base, String name, int rank, double relativeSd, long seed) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    double factorBits = 0;
    double elementBits = 0;
    for (Map.Entry<String, TensorSource> entry : base.tensors().entrySet()) {
      TensorSource matrix = entry.getValue();
      if (matrix.shape().rank() != 2) {
        tensors.put(entry.getKey(), matrix);
        continue;
      }
      FloatFormat format = FloatFormat.of(matrix.dtype());
      double sd = relativeSd * Variations.standardDeviation(matrix);
      long sides = matrix.shape().dim(0) + matrix.shape().dim(1);
      factorBits += rank * sides * Entropy.normal(1, FloatFormat.F32);
      elementBits +=
          matrix.shape().elements()
              * Variations.mean(matrix, value -> Entropy.noise(value, sd, format));
      Randomness random = Randomness.of(seed, name + "/" + entry.getKey());
      tensors.put(entry.getKey(), new Merged(matrix, rank, sd / Math.sqrt(rank), random));
    }
    return new LowRank(new Model(name, tensors, factorBits / 8).inMemory(), elementBits / 8);
  }

  /** A matrix and the product that was added to it. Thread-safe. */
  private static final class Merged extends ElementSource {
    private final TensorSource base;
    private final int rank;
    private final int columns;
    private final double scale;
    private final float[] down;
    private final float[] up;

    Merged(TensorSource base, int rank, double scale, Randomness random) {
      super(FloatFormat.of(base.dtype()), base.shape());
      this.base = base;
      this.rank = rank;
      this.columns = Math.toIntExact(base.shape().dim(1));
      this.scale = scale;
      this.down = factor(rank * columns, Randomness.of(random.key(), "A"));
      this.up =
          factor(Math.toIntExact(base.shape().dim(0)) * rank, Randomness.of(random.key(), "B"));
    }

    private static float[] factor(int elements, Randomness random) {
      float[] factor = new float[elements];
      for (int i = 0; i < elements; i++) {
        factor[i] = (float) random.normal(i);
      }
      return factor;
    }

    @Override
    void fill(long first, ByteBuffer elements) {
      ByteBuffer old = ByteBuffer.allocate(elements.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      base.read(first * format().bytes(), old);
      old.flip();
      for (long i = first; elements.hasRemaining(); i++) {
        int row = (int) (i / columns);
        int column = (int) (i % columns);
        double product = 0;
        for (int inner = 0; inner < rank; inner++) {
          product += (double) up[row * rank + inner] * down[inner * columns + column];
        }
        format().put(elements, format().round(format().get(old) + scale * product));
      }
    }
  }
}

package io.coralml.perf.models;

import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fine-tune in which every row and every column of a matrix learns at a rate of its own, as
 * optimisers that scale each channel, fine-tunes of single channels, and tokens that are rarely
 * seen make them: {@code round(w + sd * 2^(spread * (row + column)) * N(0, 1))}, row and column
 * being standard normal numbers drawn once for each. What is no matrix stays.
 *
 * <p>The limit is the entropy to one who knows all rates: to send them costs next to nothing.
 */
public final class Rates {
  private static final int NODES = 16;

  private Rates() {}

  /**
   * Takes a step of training.
   *
   * @param relativeSd standard deviation of the update at a rate of 1, relative to that of the
   *     matrix
   * @param spread standard deviation of the rates of rows, and of columns, in doublings
   */
  public static Model step(Model base, String name, double relativeSd, double spread, long seed) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    double bits = 0;
    for (Map.Entry<String, TensorSource> entry : base.tensors().entrySet()) {
      TensorSource matrix = entry.getValue();
      if (matrix.shape().rank() != 2) {
        tensors.put(entry.getKey(), matrix);
        continue;
      }
      double sd = relativeSd * Variations.standardDeviation(matrix);
      Randomness random = Randomness.of(seed, name + "/" + entry.getKey());
      Updated updated = new Updated(matrix, sd, spread, random);
      tensors.put(entry.getKey(), updated);
      bits += matrix.shape().elements() * updated.bitsPerElement();
    }
    return new Model(name, tensors, bits / 8);
  }

  /** A matrix and its update. Thread-safe. */
  private static final class Updated extends ElementSource {
    private final TensorSource base;
    private final double sd;
    private final double[] rows;
    private final double[] columns;
    private final Randomness noise;

    Updated(TensorSource base, double sd, double spread, Randomness random) {
      super(FloatFormat.of(base.dtype()), base.shape());
      this.base = base;
      this.sd = sd;
      this.rows = drawn(base.shape().dim(0), spread, Randomness.of(random.key(), "rows"));
      this.columns = drawn(base.shape().dim(1), spread, Randomness.of(random.key(), "columns"));
      this.noise = Randomness.of(random.key(), "noise");
    }

    private static double[] drawn(long count, double spread, Randomness random) {
      double[] doublings = new double[Math.toIntExact(count)];
      Arrays.setAll(doublings, i -> spread * random.normal(i));
      return doublings;
    }

    private double scale(int row, int column) {
      return sd * StrictMath.pow(2, rows[row] + columns[column]);
    }

    /** Averages over quantiles of the base's values and of the scales that occur. */
    double bitsPerElement() {
      double[] scales = new double[rows.length * columns.length];
      Arrays.setAll(scales, i -> scale(i / columns.length, i % columns.length));
      Arrays.sort(scales);
      return Variations.mean(base, value -> noise(value, scales));
    }

    private double noise(double value, double[] sortedScales) {
      double sum = 0;
      for (int i = 0; i < NODES; i++) {
        double scale = sortedScales[(int) ((i + 0.5) / NODES * sortedScales.length)];
        sum += Entropy.noise(value, scale, format());
      }
      return sum / NODES;
    }

    @Override
    void fill(long first, ByteBuffer elements) {
      ByteBuffer old = ByteBuffer.allocate(elements.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      base.read(first * format().bytes(), old);
      old.flip();
      for (long i = first; elements.hasRemaining(); i++) {
        double scale = scale((int) (i / columns.length), (int) (i % columns.length));
        format().put(elements, format().round(format().get(old) + scale * noise.normal(i)));
      }
    }
  }
}

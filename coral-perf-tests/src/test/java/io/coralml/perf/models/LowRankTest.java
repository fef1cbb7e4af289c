package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.tensor.Tensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A merged low-rank fine-tune")
class LowRankTest {
  private static final long SEED = 42;
  private static final int RANK = 2;
  private static final double RELATIVE_SD = 0.5;

  private final Model base =
      Architecture.transformer(1, 32, 0).initialised(FloatFormat.F32, SEED).inMemory();
  private final LowRank merged = LowRank.merge(base, "merged", RANK, RELATIVE_SD, SEED);

  private float[] difference(String name) {
    float[] before = Tensor.copyOf(base.tensors().get(name)).toFloats();
    float[] after = Tensor.copyOf(merged.model().tensors().get(name)).toFloats();
    for (int i = 0; i < before.length; i++) {
      after[i] -= before[i];
    }
    return after;
  }

  @Test
  @DisplayName("changes matrices by a product of that rank and of the spread asked for")
  void rank() {
    String name = "layers.0.attention.query.weight";
    float[] change = difference(name);
    // Of a matrix of rank 2 every minor of three rows and columns is zero, but for rounding.
    double spread = Math.sqrt(sumOfSquares(change) / change.length);
    double expected = RELATIVE_SD * Variations.standardDeviation(base.tensors().get(name));
    assertThat(spread).isEqualTo(expected, within(expected / 2));
    assertThat(minor(change, 2)).isGreaterThan(1e-3 * Math.pow(spread, 2));
    assertThat(minor(change, 3)).isLessThan(1e-3 * Math.pow(spread, 3));
  }

  @Test
  @DisplayName("leaves vectors alone, and depends on the seed and on nothing else")
  void seeded() {
    assertThat(sumOfSquares(difference("layers.0.attention.query.bias"))).isZero();
    assertThat(LowRank.merge(base, "merged", RANK, RELATIVE_SD, SEED).model().tensors())
        .isEqualTo(merged.model().tensors());
    assertThat(LowRank.merge(base, "merged", RANK, RELATIVE_SD, SEED + 1).model().tensors())
        .isNotEqualTo(merged.model().tensors());
  }

  @Test
  @DisplayName("needs fewer bits as factors than element by element")
  void limits() {
    assertThat(merged.model().limitBytes()).isPositive().isLessThan(merged.elementwiseLimitBytes());
    assertThat(merged.elementwiseLimitBytes()).isLessThan((double) base.rawBytes());
  }

  private static double sumOfSquares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  /** The largest determinant, in absolute value, of the leading minors along the diagonal. */
  private static double minor(float[] matrix, int size) {
    double largest = 0;
    for (int at = 0; at + size <= 32; at++) {
      double[][] part = new double[size][size];
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          part[i][j] = matrix[(at + i) * 32 + at + j];
        }
      }
      largest = Math.max(largest, Math.abs(determinant(part)));
    }
    return largest;
  }

  private static double determinant(double[][] m) {
    if (m.length == 2) {
      return m[0][0] * m[1][1] - m[0][1] * m[1][0];
    }
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  }
}

package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An update with rates of rows and columns")
class RatesTest {
  private static final long SEED = 42;
  private static final String MATRIX = "layers.0.attention.query.weight";

  private static final String VECTOR = "layers.0.attention.query.bias";

  // One matrix and one vector: the entropy of an update takes a second to integrate.
  private final Model base = base();

  private static Model base() {
    Model block = Architecture.transformer(1, 64, 0).initialised(FloatFormat.F32, SEED).inMemory();
    Map<String, TensorSource> two = new LinkedHashMap<>(block.tensors());
    two.keySet().retainAll(Set.of(MATRIX, VECTOR));
    return new Model(block.name(), two, block.limitBytes());
  }

  private Model step(double spread) {
    return Rates.step(base, "rates", 0.01, spread, SEED).inMemory();
  }

  /** Returns the binary logarithms of the update's size in each row. */
  private double[] rows(double spread) {
    float[] before = Tensor.copyOf(base.tensors().get(MATRIX)).toFloats();
    float[] after = Tensor.copyOf(step(spread).tensors().get(MATRIX)).toFloats();
    double[] sizes = new double[64];
    for (int i = 0; i < before.length; i++) {
      sizes[i / 64] += Math.abs((double) after[i] - before[i]) / 64;
    }
    return Arrays.stream(sizes).map(size -> Math.log(size) / Math.log(2)).toArray();
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(values)
            .map(value -> (value - mean) * (value - mean))
            .average()
            .orElseThrow());
  }

  @Test
  @DisplayName("is of one size in every row without a spread, and of as many as asked for with one")
  void spread() {
    assertThat(deviation(rows(0))).isLessThan(0.3);
    assertThat(deviation(rows(2))).isEqualTo(2, within(0.8));
  }

  @Test
  @DisplayName("has without a spread the limit of an update of one size")
  void limit() {
    double one = Variations.step(base, "rates", 0.01, SEED).limitBytes();
    double none = step(0).limitBytes();
    assertThat(none)
        .isBetween(one - Objects.requireNonNull(base.tensors().get(VECTOR)).byteLength(), one);
    // Twice as large updates and half as large ones take a bit more and a bit less.
    assertThat(step(1).limitBytes()).isEqualTo(none, within(one / 20));
  }

  @Test
  @DisplayName("leaves vectors alone, and depends on the seed and on nothing else")
  void seeded() {
    Model once = step(1);
    assertThat(once.tensors().get(VECTOR)).isEqualTo(base.tensors().get(VECTOR));
    assertThat(once.tensors()).isEqualTo(step(1).tensors());
    assertThat(Rates.step(base, "rates", 0.01, 1, SEED + 1).inMemory().tensors())
        .isNotEqualTo(once.tensors());
  }
}

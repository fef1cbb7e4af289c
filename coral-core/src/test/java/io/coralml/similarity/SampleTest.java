package io.coralml.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.codec.TensorCodec;
import io.coralml.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A sample")
class SampleTest {
  private static final int ELEMENTS = 40_000;

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.02f;
    }
    return values;
  }

  private static Tensor updated(float[] values, double share) {
    Random random = new Random(3);
    float[] changed = values.clone();
    for (int i = 0; i < changed.length; i++) {
      changed[i] += (float) (random.nextGaussian() * share * 0.02);
    }
    return Tensor.of(changed);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1e-2, 0.03, 0.1})
  @DisplayName("foretells within 3 % what the codec makes of a delta and of a tensor alone")
  void estimates(double share) {
    Tensor base = Tensor.of(random(1));
    Tensor target = updated(random(1), share);
    TensorCodec codec = TensorCodec.of(Effort.BALANCED);
    Sample sample = Sample.of(target);
    double delta = sample.deltaBits(Sample.of(base)) * ELEMENTS / 8;
    double alone = sample.aloneBits() * ELEMENTS / 8;
    assertThat(delta / codec.encode(target, base).length()).isBetween(0.97, 1.03);
    assertThat(alone / codec.encode(target, null).length()).isBetween(0.97, 1.03);
  }

  @Test
  @DisplayName("of a stranger promises no saving, of itself everything, of few changes almost that")
  void extremes() {
    Sample base = Sample.of(Tensor.of(random(1)));
    assertThat(Sample.of(Tensor.of(random(2))).saving(base)).isLessThan(0);
    assertThat(base.saving(base)).isGreaterThan(0.99);
    assertThat(base.distance(base)).isZero();
    float[] few = random(1);
    for (int i = 0; i < few.length; i += 1000) {
      few[i] += 0.001f;
    }
    assertThat(Sample.of(Tensor.of(few)).saving(base)).isGreaterThan(0.97);
  }

  @Test
  @DisplayName("of another shape never resembles")
  void shapes() {
    Sample square = Sample.of(Tensor.of(random(1), 200, 200));
    assertThat(square.saving(Sample.of(Tensor.of(random(1), 400, 100)))).isZero();
  }

  @Test
  @DisplayName("reads a huge tensor in few leaves")
  void leaves() {
    long elements = 1L << 32;
    long[] positions = Positions.of(elements, 4);
    assertThat(positions).hasSize(Positions.SAMPLE).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(positions).map(each -> (each * 4) >> 20).distinct().count())
        .isEqualTo(16);
    assertThat(positions[positions.length - 1]).isLessThan(elements);
  }
}

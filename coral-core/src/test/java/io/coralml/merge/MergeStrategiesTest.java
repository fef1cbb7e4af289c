package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.merge.MergeOutcome.Merged;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The merge strategy")
class MergeStrategiesTest {

  private static float[] merged(
      MergeStrategy strategy, @Nullable Tensor base, Tensor ours, Tensor theirs) {
    MergeOutcome outcome = strategy.merge(new BothChanged("w", base, ours, theirs));
    assertThat(outcome).isInstanceOf(Merged.class);
    return Tensor.copyOf(((Merged) outcome).tensor()).toFloats();
  }

  private static Tensor floats(float... values) {
    return Tensor.of(values);
  }

  private static Tensor bytes(DType dtype, int... elements) {
    byte[] bytes = new byte[elements.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) elements[i];
    }
    return Tensor.of(dtype, Shape.of(elements.length), ByteBuffer.wrap(bytes));
  }

  @Nested
  @DisplayName("average")
  class Average {
    @Test
    @DisplayName("takes the mean of each element")
    void mean() {
      assertThat(merged(MergeStrategies.average(), null, floats(1, -2, 0), floats(3, 2, 0.5f)))
          .containsExactly(2, 0, 0.25f);
    }

    @Test
    @DisplayName("does not overflow where the sum would")
    void large() {
      Tensor huge = Tensor.of(new double[] {Double.MAX_VALUE, 1});
      Tensor other = Tensor.of(new double[] {Double.MAX_VALUE, 2});
      Merged outcome =
          (Merged) MergeStrategies.average().merge(new BothChanged("w", null, huge, other));
      assertThat(Tensor.copyOf(outcome.tensor()).toDoubles())
          .containsExactly(Double.MAX_VALUE, 1.5);
    }

    @Test
    @DisplayName("hides neither NaN nor infinity, and keeps the bits of elements that agree")
    void special() {
      float payload = Float.intBitsToFloat(0x7fc00123);
      float inf = Float.POSITIVE_INFINITY;
      float[] result =
          merged(
              MergeStrategies.average(),
              null,
              floats(Float.NaN, inf, inf, payload, -0.0f, 1),
              floats(1, 1, -inf, payload, -0.0f, 2));
      assertThat(result[0]).isNaN();
      assertThat(result[1]).isEqualTo(inf);
      assertThat(result[2]).isNaN();
      assertThat(Float.floatToRawIntBits(result[3])).isEqualTo(0x7fc00123);
      assertThat(Float.floatToRawIntBits(result[4])).isEqualTo(0x80000000);
    }

    @Test
    @DisplayName("rounds to the dtype once, to nearest, ties to even")
    void rounding() {
      // E4M3: 0x38 = 1, 0x39 = 1.125, 0x3A = 1.25. The means lie halfway; the even code wins.
      Merged outcome =
          (Merged)
              MergeStrategies.average()
                  .merge(
                      new BothChanged(
                          "w",
                          null,
                          bytes(DType.F8_E4M3, 0x38, 0x39),
                          bytes(DType.F8_E4M3, 0x39, 0x3A)));
      assertThat(Tensor.copyOf(outcome.tensor())).isEqualTo(bytes(DType.F8_E4M3, 0x38, 0x3A));
    }
  }

  @Test
  @DisplayName("weighted normalises its weights")
  void weighted() {
    assertThat(merged(MergeStrategies.weighted(3, 1), null, floats(1, 8), floats(5, 0)))
        .containsExactly(2, 6);
  }

  @Nested
  @DisplayName("slerp")
  class Spherical {
    @Test
    @DisplayName("walks the great circle")
    void circle() {
      float[] third = merged(MergeStrategies.slerp(1.0 / 3), null, floats(2, 0), floats(0, 2));
      assertThat(third[0]).isCloseTo((float) Math.sqrt(3), within(1e-6f));
      assertThat(third[1]).isCloseTo(1, within(1e-6f));
    }

    @Test
    @DisplayName("goes straight where the circle is not determined")
    void straight() {
      MergeStrategy quarter = MergeStrategies.slerp(0.25);
      assertThat(merged(quarter, null, floats(1, 2), floats(3, 6))).containsExactly(1.5f, 3);
      assertThat(merged(quarter, null, floats(1, 2), floats(-1, -2))).containsExactly(0.5f, 1);
      assertThat(merged(quarter, null, floats(0, 0), floats(4, 8))).containsExactly(1, 2);
    }

    @Test
    @DisplayName("leaves elements that are not finite out of the angle")
    void notFinite() {
      float[] result =
          merged(
              MergeStrategies.slerp(0.5),
              null,
              floats(1, 0, Float.NaN, 7),
              floats(0, 1, 5, Float.POSITIVE_INFINITY));
      assertThat(result[0]).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
      assertThat(result[2]).isNaN();
      assertThat(result[3]).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    @DisplayName("finds the angle between vectors whose squares overflow or vanish")
    void extremes() {
      for (double size : new double[] {1e300, 1e-300}) {
        Merged outcome =
            (Merged)
                MergeStrategies.slerp(0.5)
                    .merge(
                        new BothChanged(
                            "w",
                            null,
                            Tensor.of(new double[] {size, 0}),
                            Tensor.of(new double[] {0, size})));
        double[] result = Tensor.copyOf(outcome.tensor()).toDoubles();
        assertThat(result[0] / size).isCloseTo(Math.sqrt(0.5), within(1e-12));
      }
    }
  }

  @Nested
  @DisplayName("task arithmetic")
  class Tasks {
    @Test
    @DisplayName("adds both changes, scaled")
    void sum() {
      Tensor base = floats(1, 1, 1);
      assertThat(
              merged(MergeStrategies.taskArithmetic(0.5), base, floats(2, 1, 3), floats(5, 1, 0)))
          .containsExactly(3.5f, 1, 1.5f);
    }

    @Test
    @DisplayName("counts bits a side left alone as no change, even infinities and NaN")
    void unchanged() {
      float nan = Float.intBitsToFloat(0x7fc00007);
      float inf = Float.NEGATIVE_INFINITY;
      float[] result =
          merged(
              MergeStrategies.taskArithmetic(1),
              floats(inf, nan, -0.0f, 1),
              floats(inf, nan, -0.0f, 0.1f),
              floats(3, nan, -0.0f, 1));
      assertThat(result[0]).isEqualTo(3);
      assertThat(Float.floatToRawIntBits(result[1])).isEqualTo(0x7fc00007);
      assertThat(Float.floatToRawIntBits(result[2])).isEqualTo(0x80000000);
      assertThat(result[3]).isEqualTo(0.1f);
    }
  }

  @Nested
  @DisplayName("TIES")
  class TrimElectMerge {
    private final Tensor base = floats(10, 10, 10, 10);
    private final Tensor ours = floats(14, 9, 10.125f, 13);
    private final Tensor theirs = floats(12, 13, 10.25f, 7);

    @Test
    @DisplayName("averages the changes that agree with the elected sign")
    void elects() {
      assertThat(merged(MergeStrategies.ties(1, 1), base, ours, theirs))
          .containsExactly(13, 13, 10.1875f, 10);
      assertThat(merged(MergeStrategies.ties(1, 0.5), base, ours, theirs))
          .containsExactly(11.5f, 11.5f, 10.09375f, 10);
    }

    @Test
    @DisplayName("trims the smaller changes of each side first")
    void trims() {
      assertThat(merged(MergeStrategies.ties(0.5, 1), base, ours, theirs))
          .containsExactly(14, 13, 10, 10);
      assertThat(merged(MergeStrategies.ties(0.01, 1), base, ours, theirs))
          .containsExactly(14, 13, 10, 7);
    }

    @Test
    @DisplayName("never trims a NaN away")
    void nan() {
      float[] result =
          merged(
              MergeStrategies.ties(0.1, 1),
              base,
              floats(10, Float.NaN, 99, 10),
              floats(11, 10, 10, 10));
      assertThat(result[1]).isNaN();
      assertThat(result[2]).isEqualTo(10);
    }
  }

  @Nested
  @DisplayName("DARE")
  class DropAndRescale {
    private final int elements = 100_000;
    private final Tensor base = Tensor.of(new float[elements]);
    private final Tensor ones = filled(1);
    private final Tensor tens = filled(16);

    private Tensor filled(float value) {
      float[] values = new float[elements];
      Arrays.fill(values, value);
      return Tensor.of(values);
    }

    private double mean(float[] values) {
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      return sum / values.length;
    }

    @Test
    @DisplayName("drops at the rate asked for and keeps the expected change")
    void unbiased() {
      double rate = 0.75;
      float[] result = merged(MergeStrategies.dare(rate, 1, 42), base, ones, base);
      assertThat(result).containsOnly(0, 4);
      double deviation = Math.sqrt(rate / (1 - rate) / elements);
      assertThat(mean(result)).isCloseTo(1, within(4 * deviation));
    }

    @Test
    @DisplayName("drops the two sides independently")
    void independent() {
      float[] result = merged(MergeStrategies.dare(0.5, 1, 7), base, ones, tens);
      int[] seen = new int[4];
      for (float value : result) {
        assertThat(value).isIn(0f, 2f, 32f, 34f);
        seen[(value % 32 == 2 ? 1 : 0) + (value >= 32 ? 2 : 0)]++;
      }
      double deviation = Math.sqrt(0.25 * 0.75 * elements);
      for (int times : seen) {
        assertThat((double) times).isCloseTo(elements / 4.0, within(4 * deviation));
      }
    }

    @Test
    @DisplayName("depends on the seed and on the tensor's name, and on nothing else")
    void seeded() {
      float[] first = merged(MergeStrategies.dare(0.5, 1, 7), base, ones, tens);
      assertThat(merged(MergeStrategies.dare(0.5, 1, 7), base, ones, tens)).isEqualTo(first);
      assertThat(merged(MergeStrategies.dare(0.5, 1, 8), base, ones, tens)).isNotEqualTo(first);
      Merged other =
          (Merged) MergeStrategies.dare(0.5, 1, 7).merge(new BothChanged("v", base, ones, tens));
      assertThat(Tensor.copyOf(other.tensor()).toFloats()).isNotEqualTo(first);
    }

    @Test
    @DisplayName("draws the same for ever: the golden choice of one seed and name")
    void golden() {
      Tensor zeros = Tensor.of(new float[16]);
      float[] change = new float[16];
      Arrays.fill(change, 1);
      assertThat(merged(MergeStrategies.dare(0.5, 1, 1), zeros, Tensor.of(change), zeros))
          .containsExactly(GOLDEN);
    }
  }

  private static final float[] GOLDEN = {0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 2, 0, 2, 0, 0};

  @Test
  @DisplayName("computes a small part of a tensor far larger than memory without reading the rest")
  void largerThanMemory() {
    long elements = 1L << 36;
    Merged outcome =
        (Merged)
            MergeStrategies.average()
                .merge(
                    new BothChanged(
                        "w", null, new Counting(elements, 0), new Counting(elements, 2)));
    ByteBuffer last = ByteBuffer.allocate(4);
    outcome.tensor().read(2 * (elements - 2), last);
    // (254 + 256) / 2 and (255 + 257) / 2, little-endian F16.
    FloatFormat half = FloatFormat.of(DType.F16);
    assertThat(half.decode((last.get(0) & 0xFF) | (last.get(1) & 0xFF) << 8)).isEqualTo(255);
    assertThat(half.decode((last.get(2) & 0xFF) | (last.get(3) & 0xFF) << 8)).isEqualTo(256);
  }

  /** F16 numbers: the index modulo 256, plus an offset. */
  private record Counting(long elements, int offset) implements TensorSource {
    @Override
    public DType dtype() {
      return DType.F16;
    }

    @Override
    public Shape shape() {
      return Shape.of(elements);
    }

    @Override
    public long byteLength() {
      return 2 * elements;
    }

    @Override
    public void read(long position, ByteBuffer into) {
      FloatFormat half = FloatFormat.of(DType.F16);
      for (long at = position; into.hasRemaining(); at++) {
        long bits = half.encode((double) (at / 2 % 256) + offset);
        into.put((byte) (at % 2 == 0 ? bits : bits >>> 8));
      }
    }
  }
}

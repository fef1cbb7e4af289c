package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Comparing two tensors")
class TensorComparisonTest {

  private static Tensor raw(DType dtype, Shape shape, int... bytes) {
    byte[] data = new byte[bytes.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) bytes[i];
    }
    return Tensor.of(dtype, shape, ByteBuffer.wrap(data));
  }

  private static Tensor encoded(DType dtype, double... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      Elements.put(data, dtype.bytes(), i, FloatFormat.of(dtype).encode(values[i]));
    }
    return Tensor.of(dtype, Shape.of(values.length), data);
  }

  private static Tensor unsigned(long... values) {
    return Tensor.of(DType.U64, Shape.of(values.length), Tensor.of(values).data());
  }

  @Test
  @DisplayName("measures relative L2, largest change, cosine and share of changed elements")
  void figures() {
    for (DType dtype : new DType[] {DType.F64, DType.F32, DType.F16, DType.BF16, DType.F8_E4M3}) {
      TensorComparison result =
          TensorComparison.of(encoded(dtype, 3, 4, 0, 0), encoded(dtype, 3, 4, 0, -12));
      assertThat(result.elements()).isEqualTo(4);
      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.changedShare()).isEqualTo(0.25);
      assertThat(result.relativeL2()).isCloseTo(12.0 / 5, within(1e-15));
      assertThat(result.largestChange()).isEqualTo(12);
      assertThat(result.cosine()).isCloseTo(5.0 / 13, within(1e-15));
      assertThat(result.nonFinite()).isZero();
      assertThat(result.hasDistances()).isTrue();
    }
  }

  @Test
  @DisplayName("finds nothing between a tensor and itself, NaN and infinities included")
  void same() {
    Tensor tensor = Tensor.of(new float[] {1, Float.NaN, Float.POSITIVE_INFINITY, -0.0f});
    assertThat(TensorComparison.of(tensor, tensor))
        .isEqualTo(new TensorComparison(4, 0, 2, 0, 0, 1));
    assertThat(TensorComparison.of(tensor, tensor).isUnchanged()).isTrue();
  }

  @Nested
  @DisplayName("is never blind:")
  class NeverBlind {
    @Test
    @DisplayName("it sees the last bit of one weight among millions")
    void oneBit() {
      float[] weights = new float[3_000_000];
      Arrays.fill(weights, 0.5f);
      Tensor before = Tensor.of(weights);
      weights[2_999_999] = Math.nextUp(0.5f);
      TensorComparison result = TensorComparison.of(before, Tensor.of(weights));
      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.largestChange()).isEqualTo(0x1p-24);
      assertThat(result.relativeL2())
          .isCloseTo(0x1p-24 / (0.5 * Math.sqrt(3_000_000)), within(1e-20));
      assertThat(result.cosine()).isCloseTo(1, within(1e-15));
    }

    @Test
    @DisplayName("it sees the sign of a zero and the payload of a NaN")
    void bits() {
      Tensor before = Tensor.of(new float[] {0, Float.intBitsToFloat(0x7fc00000), 1});
      Tensor after = Tensor.of(new float[] {-0.0f, Float.intBitsToFloat(0x7fc00001), 1});
      assertThat(TensorComparison.of(before, after))
          .isEqualTo(new TensorComparison(3, 2, 1, 0, 0, 1));
    }

    @Test
    @DisplayName("it sees neighbours among integers that double cannot tell apart")
    void integers() {
      long big = 1L << 60;
      TensorComparison result =
          TensorComparison.of(Tensor.of(new long[] {big}), Tensor.of(new long[] {big + 1}));
      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.largestChange()).isEqualTo(1);
      assertThat(result.relativeL2()).isEqualTo(0x1p-60);
    }
  }

  @Nested
  @DisplayName("knows the dtype:")
  class Dtypes {
    @Test
    @DisplayName("signed integers to the ends of their range")
    void signed() {
      Tensor low = Tensor.of(new long[] {Long.MIN_VALUE, Long.MAX_VALUE});
      Tensor high = Tensor.of(new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
      assertThat(TensorComparison.of(low, high).largestChange()).isEqualTo(0x1p64);
      assertThat(TensorComparison.of(low, high).cosine()).isCloseTo(-1, within(1e-15));
      assertThat(
              TensorComparison.of(
                      raw(DType.I8, Shape.of(2), 0x80, 5), raw(DType.I8, Shape.of(2), 0x7F, 5))
                  .largestChange())
          .isEqualTo(255);
      assertThat(
              TensorComparison.of(Tensor.of(new int[] {-7}), Tensor.of(new int[] {3}))
                  .largestChange())
          .isEqualTo(10);
    }

    @Test
    @DisplayName("unsigned integers to the ends of their range")
    void unsignedIntegers() {
      TensorComparison result = TensorComparison.of(unsigned(0, -1), unsigned(-1, -2));
      assertThat(result.largestChange()).isEqualTo(0x1p64);
      assertThat(TensorComparison.of(unsigned(-1), unsigned(-2)).largestChange()).isEqualTo(1);
      assertThat(
              TensorComparison.of(
                      raw(DType.U8, Shape.of(1), 0xFF), raw(DType.U8, Shape.of(1), 0x01))
                  .largestChange())
          .isEqualTo(254);
    }

    @Test
    @DisplayName("booleans as 0 and 1")
    void booleans() {
      TensorComparison result =
          TensorComparison.of(
              raw(DType.BOOL, Shape.of(4), 1, 1, 0, 0), raw(DType.BOOL, Shape.of(4), 1, 0, 1, 0));
      assertThat(result.changed()).isEqualTo(2);
      assertThat(result.relativeL2()).isEqualTo(1);
      assertThat(result.cosine()).isCloseTo(0.5, within(1e-15));
    }

    @Test
    @DisplayName("a complex element as one that changed, of two parts")
    void complex() {
      Tensor before =
          Tensor.of(DType.C64, Shape.of(2), Tensor.of(new float[] {3, 4, Float.NaN, 1}).data());
      Tensor after =
          Tensor.of(DType.C64, Shape.of(2), Tensor.of(new float[] {6, 8, Float.NaN, 1}).data());
      TensorComparison result = TensorComparison.of(before, after);
      assertThat(result.elements()).isEqualTo(2);
      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.nonFinite()).isEqualTo(1);
      assertThat(result.relativeL2()).isCloseTo(5 / Math.sqrt(26), within(1e-15));
      assertThat(result.largestChange()).isEqualTo(4);
    }

    @Test
    @DisplayName("packed elements within their bytes, without distances")
    void packed() {
      TensorComparison four =
          TensorComparison.of(
              raw(DType.F4, Shape.of(6), 0x12, 0x34, 0x56),
              raw(DType.F4, Shape.of(6), 0x13, 0x34, 0x65));
      assertThat(four.elements()).isEqualTo(6);
      assertThat(four.changed()).isEqualTo(3);
      assertThat(four.hasDistances()).isFalse();
      // The difference is 0b000001_000000_000011_000000: the second and the fourth of 6 bits.
      TensorComparison six =
          TensorComparison.of(
              raw(DType.F6_E2M3, Shape.of(4), 0, 0, 0),
              raw(DType.F6_E2M3, Shape.of(4), 0xC0, 0x00, 0x04));
      assertThat(six.elements()).isEqualTo(4);
      assertThat(six.changed()).isEqualTo(2);
    }

    @Test
    @DisplayName("opaque elements byte by byte")
    void opaque() {
      DType dtype = DType.named("NEW");
      TensorComparison result =
          TensorComparison.of(raw(dtype, Shape.of(1), 1, 2, 3), raw(dtype, Shape.of(1), 1, 9, 9));
      assertThat(result.elements()).isEqualTo(3);
      assertThat(result.changed()).isEqualTo(2);
      assertThat(result.hasDistances()).isFalse();
    }

    @Test
    @DisplayName("two float dtypes by their values")
    void converted() {
      Tensor wide = Tensor.of(new float[] {1, 1.0001f, -0.0f, Float.NaN});
      TensorComparison result =
          TensorComparison.of(wide, encoded(DType.BF16, 1, 1, -0.0, Double.NaN));
      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.largestChange()).isCloseTo(0.0001, within(1e-7));
    }
  }

  @Nested
  @DisplayName("at the edges:")
  class Edges {
    @Test
    @DisplayName("leaves what is not finite out of the distances and counts it")
    void notFinite() {
      TensorComparison result =
          TensorComparison.of(
              Tensor.of(new float[] {Float.NaN, 3, Float.POSITIVE_INFINITY, 4}),
              Tensor.of(new float[] {1, 3, 2, 9}));
      assertThat(result.changed()).isEqualTo(3);
      assertThat(result.nonFinite()).isEqualTo(2);
      assertThat(result.relativeL2()).isEqualTo(1);
      assertThat(result.largestChange()).isEqualTo(5);
    }

    @Test
    @DisplayName("squares neither overflow nor vanish")
    void huge() {
      for (double size : new double[] {1e300, 1, 1e-300, Double.MIN_VALUE * 1024}) {
        TensorComparison result =
            TensorComparison.of(
                Tensor.of(new double[] {3 * size, 4 * size}),
                Tensor.of(new double[] {3 * size, -4 * size}));
        assertThat(result.relativeL2()).isCloseTo(8.0 / 5, within(1e-14));
        assertThat(result.cosine()).isCloseTo(-7.0 / 25, within(1e-14));
      }
    }

    @Test
    @DisplayName("a difference beyond double counts as the largest double")
    void overflow() {
      TensorComparison result =
          TensorComparison.of(
              Tensor.of(new double[] {Double.MAX_VALUE}),
              Tensor.of(new double[] {-Double.MAX_VALUE}));
      assertThat(result.largestChange()).isEqualTo(Double.MAX_VALUE);
      assertThat(result.relativeL2()).isCloseTo(1, within(1e-15));
    }

    @Test
    @DisplayName("zero vectors, scalars and empty tensors have their answers")
    void degenerate() {
      Tensor zero = Tensor.of(new float[] {0, 0});
      Tensor some = Tensor.of(new float[] {0, 2});
      assertThat(TensorComparison.of(zero, some))
          .isEqualTo(new TensorComparison(2, 1, 0, Double.POSITIVE_INFINITY, 2, 0));
      assertThat(TensorComparison.of(some, zero)).isEqualTo(new TensorComparison(2, 1, 0, 1, 2, 0));
      assertThat(TensorComparison.of(zero, zero)).isEqualTo(new TensorComparison(2, 0, 0, 0, 0, 1));
      Tensor empty = Tensor.of(DType.BF16, Shape.of(0, 3), ByteBuffer.allocate(0));
      assertThat(TensorComparison.of(empty, empty))
          .isEqualTo(new TensorComparison(0, 0, 0, 0, 0, 1));
      assertThat(TensorComparison.of(empty, empty).changedShare()).isZero();
      Tensor scalar = Tensor.of(DType.F64, Shape.scalar(), Tensor.of(new double[] {2}).data());
      assertThat(TensorComparison.of(scalar, scalar).elements()).isEqualTo(1);
    }

    @Test
    @DisplayName("tensors of other shapes, or of dtypes with nothing in common, are refused")
    void refused() {
      Tensor flat = Tensor.of(new float[] {1, 2});
      for (Tensor other :
          new Tensor[] {
            Tensor.of(new float[] {1, 2}, 2, 1),
            Tensor.of(new int[] {1, 2}),
            raw(DType.named("NEW"), Shape.of(2), 1, 2)
          }) {
        assertThat(TensorComparison.isPossible(flat, other)).isFalse();
        assertThatThrownBy(() -> TensorComparison.of(flat, other))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("F32");
      }
    }
  }
}

package io.coralml.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor")
class TensorTest {

  @Test
  @DisplayName("keeps every bit of the floats it was made from")
  void floatBits() {
    float[] values = {
      -0.0f, Float.intBitsToFloat(0x7fa00001), Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 1.5f
    };
    int[] bits = new int[values.length];
    Tensor.of(values).data().asIntBuffer().get(bits);
    assertThat(bits).containsExactly(0x80000000, 0x7fa00001, 0x00000001, 0xff800000, 0x3fc00000);
  }

  @Test
  @DisplayName("reads any range of its bytes, whatever the buffer's byte order")
  void ranges() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 4, 9}).order(ByteOrder.BIG_ENDIAN);
    Tensor tensor = Tensor.of(DType.U8, Shape.of(4), bytes.position(1).limit(5));
    ByteBuffer into = ByteBuffer.allocate(2);
    tensor.read(2, into);
    assertThat(into.array()).containsExactly(3, 4);
    assertThatThrownBy(() -> tensor.read(3, ByteBuffer.allocate(2)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("refuses bytes that do not fit its dtype and shape")
  void wrongLength() {
    assertThatThrownBy(() -> Tensor.of(DType.F32, Shape.of(2, 2), ByteBuffer.allocate(15)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("F32")
        .hasMessageContaining("2x2")
        .hasMessageContaining("15 bytes");
  }

  @Test
  @DisplayName("may be 0-d, empty, packed or opaque")
  void unusualForms() {
    assertThat(Tensor.of(DType.F64, Shape.scalar(), ByteBuffer.allocate(8)).byteLength())
        .isEqualTo(8);
    assertThat(Tensor.of(DType.F64, Shape.of(3, 0), ByteBuffer.allocate(0)).byteLength()).isZero();
    assertThat(Tensor.of(DType.F4, Shape.of(6), ByteBuffer.allocate(3)).byteLength()).isEqualTo(3);
    assertThat(Tensor.of(DType.named("NEW"), Shape.of(6), ByteBuffer.allocate(5)).byteLength())
        .isEqualTo(5);
  }

  @Nested
  @DisplayName("has a shape that")
  class ShapeRules {
    @Test
    @DisplayName("counts elements, one for a scalar and none with an extent of 0")
    void elements() {
      assertThat(Shape.of().elements()).isEqualTo(1);
      assertThat(Shape.of(3, 4).elements()).isEqualTo(12);
      assertThat(Shape.of(1L << 40, 0, 1L << 40).elements()).isZero();
      assertThat(Shape.of(3, 4)).hasToString("3x4").isEqualTo(Shape.of(3, 4));
    }

    @Test
    @DisplayName("refuses negative extents, counts past 63 bits and absurd ranks")
    void refusals() {
      assertThatThrownBy(() -> Shape.of(-1)).isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> Shape.of(1L << 32, 1L << 31))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> Shape.of(new long[65])).isInstanceOf(InvalidInputException.class);
    }
  }

  @Nested
  @DisplayName("has a dtype that")
  class DTypeRules {
    @Test
    @DisplayName("is found by its safetensors name, or opaque when nobody knows it")
    void names() {
      assertThat(DType.named("BF16")).isSameAs(DType.BF16);
      assertThat(DType.named("Q9").kind()).isEqualTo(DType.Kind.OPAQUE);
      assertThat(DType.known()).allMatch(type -> DType.named(type.name()).equals(type));
    }

    @Test
    @DisplayName("adds up: sign, exponent and mantissa fill a float")
    void widths() {
      assertThat(DType.known())
          .filteredOn(type -> type.kind() == DType.Kind.FLOAT)
          .allMatch(
              type ->
                  (type.signed() ? 1 : 0) + type.exponentBits() + type.mantissaBits()
                      == type.bits());
    }

    @Test
    @DisplayName("refuses names that no format could hold")
    void badNames() {
      assertThatThrownBy(() -> DType.named("")).isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> DType.named("A B")).isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> DType.named("x".repeat(65)))
          .isInstanceOf(InvalidInputException.class);
    }
  }
}

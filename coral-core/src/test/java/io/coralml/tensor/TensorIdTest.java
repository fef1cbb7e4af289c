package io.coralml.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor's identity")
class TensorIdTest {

  @Test
  @DisplayName("is ordered by its unsigned bytes, which may lie in a buffer")
  void order() {
    for (int at = 0; at < TensorId.BYTES; at++) {
      byte[] low = new byte[TensorId.BYTES];
      byte[] high = new byte[TensorId.BYTES];
      low[at] = 0x7F;
      high[at] = (byte) 0x80;
      TensorId lower = TensorId.ofBytes(low);
      TensorId higher = TensorId.ofBytes(high);
      ByteBuffer both = ByteBuffer.allocate(3 + 2 * TensorId.BYTES).put(3, low).put(35, high);
      assertThat(lower).isLessThan(higher);
      assertThat(lower.compareTo(both, 3)).isZero();
      assertThat(lower.compareTo(both, 35)).isNegative();
      assertThat(higher.compareTo(both, 3)).isPositive();
    }
  }

  /**
   * Golden values computed from the specification by an independent program (SHA-256 of another
   * language).
   */
  @Nested
  @DisplayName("is permanent: the golden value of")
  class Golden {
    @Test
    @DisplayName("a 2x2 F32")
    void floats() {
      assertThat(Tensor.of(new float[] {1, -2, 0.5f, 3}, 2, 2).id())
          .hasToString("5a1cc845446b14d01453e3c8526db12fe164458fb1a9d9c36557a4b2583e0e3f");
    }

    @Test
    @DisplayName("a 0-d I64")
    void scalar() {
      ByteBuffer bytes = ByteBuffer.wrap(new byte[] {42, 0, 0, 0, 0, 0, 0, 0});
      assertThat(Tensor.of(DType.I64, Shape.scalar(), bytes).id())
          .hasToString("5e551e7ac4ac7347bb8b31350f6107cfe7fb6e5c0c8c56df02512730f59b300e");
    }

    @Test
    @DisplayName("an empty BF16")
    void empty() {
      assertThat(Tensor.of(DType.BF16, Shape.of(0, 3), ByteBuffer.allocate(0)).id())
          .hasToString("642828bd6438809c2b25cbac612940b709042a0d9ed6849a3b4a5b0a474d63fd");
    }

    @Test
    @DisplayName("a U8 one byte longer than a leaf")
    void twoLeaves() {
      int length = LeafDigests.LEAF_BYTES + 1;
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (i * 31);
      }
      assertThat(Tensor.of(DType.U8, Shape.of(length), ByteBuffer.wrap(bytes)).id())
          .hasToString("5f463c8dd80a33f2dffd15ac96a7d8e6abe6e5a78e73d193f03dab1e341f1514");
    }

    @Test
    @DisplayName("an opaque dtype")
    void opaque() {
      ByteBuffer bytes = ByteBuffer.wrap("abc".getBytes(StandardCharsets.US_ASCII));
      assertThat(Tensor.of(DType.named("X_FUTURE"), Shape.of(3), bytes).id())
          .hasToString("46be48b87d4ae38303bf3602f7be4128f0b34693004b43396be18d8327380915");
    }
  }

  @Test
  @DisplayName("differs when only the dtype or only the shape differs")
  void dtypeAndShapeCount() {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    TensorId flat = Tensor.of(DType.F32, Shape.of(4), bytes).id();
    assertThat(Tensor.of(DType.F32, Shape.of(2, 2), bytes).id()).isNotEqualTo(flat);
    assertThat(Tensor.of(DType.I32, Shape.of(4), bytes).id()).isNotEqualTo(flat);
  }

  @Test
  @DisplayName("tells -0.0 from 0.0 and one NaN payload from another")
  void bitsCount() {
    assertThat(Tensor.of(new float[] {-0.0f}).id())
        .isNotEqualTo(Tensor.of(new float[] {0.0f}).id());
    float otherNan = Float.intBitsToFloat(0x7fc00001);
    assertThat(Tensor.of(new float[] {otherNan}).id())
        .isNotEqualTo(Tensor.of(new float[] {Float.NaN}).id());
  }

  @Test
  @DisplayName("survives text and bytes")
  void textAndBytes() {
    TensorId id = Tensor.of(new float[] {1, 2, 3}).id();
    assertThat(TensorId.parse(id.toString())).isEqualTo(id);
    assertThat(TensorId.ofBytes(id.toBytes())).isEqualTo(id);
    assertThat(TensorId.read(ByteBuffer.wrap(id.toBytes()))).isEqualTo(id);
  }

  @Test
  @DisplayName("refuses text that is not 64 hexadecimal digits")
  void badText() {
    assertThatThrownBy(() -> TensorId.parse("12")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> TensorId.parse("g".repeat(64)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("64 hexadecimal digits");
  }

  @Test
  @DisplayName("lets one leaf be verified by itself")
  void leaves() {
    int length = LeafDigests.LEAF_BYTES + 5;
    Tensor tensor = Tensor.of(DType.U8, Shape.of(length), ByteBuffer.allocate(length));
    LeafDigests digests = LeafDigests.of(tensor);
    ByteBuffer last = ByteBuffer.allocate(5);
    assertThat(digests.matches(1, last)).isTrue();
    last.put(4, (byte) 1);
    assertThat(digests.matches(1, last)).isFalse();
    assertThat(
            LeafDigests.read(length, ByteBuffer.wrap(digests.toBytes()))
                .id(DType.U8, Shape.of(length)))
        .isEqualTo(tensor.id());
  }
}

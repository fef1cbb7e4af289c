package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("integrity")
@DisplayName("A tensor codec decodes into memory that is there")
class DecodingIntoTest {
  private final Tensor base = TensorCodecTest.random(DType.F32, 3_000_000, 10);
  private final Tensor target = TensorCodecTest.flipped(base, 8, 2_900_000);
  private final Encoded encoded = TensorCodec.of(Effort.FAST).encode(target, base);

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  @DisplayName("of any kind, from its position to its limit and nowhere else")
  void into(int threads) {
    for (ByteBuffer memory :
        List.of(ByteBuffer.allocate(3_000_020), ByteBuffer.allocateDirect(3_000_020))) {
      ByteBuffer into = memory.position(7).limit(3_000_007).slice();
      TensorCodec.decode(encoded, base, threads, new DecodingSpace(), into);
      assertThat(into.hasRemaining()).isFalse();
      assertThat(into.flip()).isEqualTo(target.data());
      TensorCodec.decode(encoded, base, threads, null, memory);
      assertThat(memory.position()).isEqualTo(3_000_007);
      assertThat(memory.clear().getLong(3_000_007)).isZero();
      assertThat(memory.get(6)).isZero();
      assertThat(memory.slice(7, 3_000_000)).isEqualTo(target.data());
    }
  }

  @Test
  @DisplayName("but only if as many bytes are left there as the tensor has")
  void otherLength() {
    for (int length : new int[] {0, 2_999_999, 3_000_001}) {
      assertThatThrownBy(
              () -> TensorCodec.decode(encoded, base, 1, null, ByteBuffer.allocate(length)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("3000000")
          .hasMessageContaining("" + length);
    }
  }
}

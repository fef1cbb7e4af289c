package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A float format")
class FloatFormatTest {

  @Test
  @DisplayName("narrows every half float back to itself: infinities, NaN payloads, subnormals")
  void everyHalf() {
    for (int half = 0; half <= 0xFFFF; half++) {
      int wide = FloatFormat.halfToFloatBits((short) half);
      assertThat(FloatFormat.floatBitsToHalf(wide)).isEqualTo((short) half);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x3C00, 1.0",
    "0xC000, -2.0",
    "0x7BFF, 65504.0",
    "0x0400, 6.103515625E-5",
    "0x0001, 5.9604645E-8",
    "0x7C00, Infinity"
  })
  @DisplayName("reads half floats as the standard's examples say")
  void knownHalves(int half, float value) {
    assertThat(Float.intBitsToFloat(FloatFormat.halfToFloatBits((short) half))).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"65520", "1.00048828125", "1e-9", "1e30"})
  @DisplayName("refuses to narrow what is no half float")
  void inexact(float value) {
    assertThatThrownBy(() -> FloatFormat.floatBitsToHalf(Float.floatToRawIntBits(value)))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0x3F800000, 0x3F80",
    "0x3F808000, 0x3F80",
    "0x3F818000, 0x3F82",
    "0x3F808001, 0x3F81",
    "0x7F7FFFFF, 0x7F80",
    "0x7F800001, 0x7FC0",
    "0xFFA00000, 0xFFE0",
    "0x80000000, 0x8000"
  })
  @DisplayName("rounds to bfloat16 to nearest, ties to even, and keeps a NaN a NaN")
  void bfloat16(long wide, int narrow) {
    assertThat(FloatFormat.floatBitsToBfloat16((int) wide)).isEqualTo((short) narrow);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("puts and gets what it rounded, and rounds what it got to itself")
  void rounding(FloatFormat format) {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    Randomness random = Randomness.of(3, format.name());
    for (int i = 0; i < 10_000; i++) {
      double x = random.normal(i) * Math.pow(10, -(i % 9));
      double rounded = format.round(x);
      double spacing = Math.scalb(1.0, format.spacingExponent(x));
      assertThat(Math.abs(rounded - x)).isLessThanOrEqualTo(spacing / 2);
      format.put(bytes.clear(), rounded);
      assertThat(format.get(bytes.flip())).isEqualTo(rounded);
      assertThat(format.next(rounded)).isGreaterThan(rounded);
      assertThat(format.round(format.next(rounded))).isEqualTo(format.next(rounded));
    }
  }
}

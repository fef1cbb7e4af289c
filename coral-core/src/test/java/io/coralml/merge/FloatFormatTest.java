package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A float format")
class FloatFormatTest {

  static Stream<FloatFormat> small() {
    return DType.known().stream()
        .filter(dtype -> dtype.kind() == DType.Kind.FLOAT && dtype.bits() <= 16)
        .map(FloatFormat::of);
  }

  private static int codes(FloatFormat format) {
    return 1 << format.dtype().bits();
  }

  /** The codes of the numbers that are not negative, ascending. */
  private static long[] ascending(FloatFormat format) {
    int unsigned = format.dtype().signed() ? codes(format) / 2 : codes(format);
    return Stream.iterate(0L, code -> code < unsigned, code -> code + 1)
        .filter(code -> Double.isFinite(format.decode(code)))
        .mapToLong(Long::longValue)
        .toArray();
  }

  @Nested
  @DisplayName("of 8 or 16 bits, for every code there is,")
  class EveryCode {
    /**
     * CRC-32 of the little-endian doubles of all codes in order, NaN as 0x7FF8000000000000,
     * computed with numpy and ml_dtypes 0.6.0.
     */
    @ParameterizedTest
    @CsvSource({
      "F16, 3e3e8f12",
      "BF16, f9040be5",
      "F8_E4M3, 2f3cdd2a",
      "F8_E5M2, 95a5cba8",
      "F8_E4M3FNUZ, dd44ca70",
      "F8_E5M2FNUZ, e7d95de8",
      "F8_E8M0, 5761ae99"
    })
    @DisplayName("decodes to the value an independent implementation gives")
    void golden(String name, String expected) {
      FloatFormat format = FloatFormat.of(DType.named(name));
      ByteBuffer values =
          ByteBuffer.allocate(codes(format) * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int code = 0; code < codes(format); code++) {
        values.putLong(Double.doubleToLongBits(format.decode(code)));
      }
      CRC32 crc = new CRC32();
      crc.update(values.array());
      assertThat(Long.toHexString(crc.getValue())).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("io.coralml.merge.FloatFormatTest#small")
    @DisplayName("encodes back to the same bits, and NaN to a NaN")
    void roundTrip(FloatFormat format) {
      for (long code = 0; code < codes(format); code++) {
        double value = format.decode(code);
        long again = format.encode(value);
        if (Double.isNaN(value)) {
          assertThat(format.decode(again)).isNaN();
        } else if (again != code) {
          assertThat(again).as("%s %x", format.dtype(), code).isEqualTo(code);
        }
      }
    }

    @ParameterizedTest
    @MethodSource("io.coralml.merge.FloatFormatTest#small")
    @DisplayName("grows with the code, and the sign bit mirrors it")
    void ordered(FloatFormat format) {
      long[] codes = ascending(format);
      for (int i = 1; i < codes.length; i++) {
        assertThat(format.decode(codes[i])).isGreaterThan(format.decode(codes[i - 1]));
      }
      for (int i = 1; i < codes.length && format.dtype().signed(); i++) {
        long mirrored = codes[i] | codes(format) / 2;
        assertThat(format.decode(mirrored)).isEqualTo(-format.decode(codes[i]));
      }
    }

    @ParameterizedTest
    @MethodSource("io.coralml.merge.FloatFormatTest#small")
    @DisplayName("takes what is nearest to it: halfway goes to the even code, a hair off does not")
    void nearest(FloatFormat format) {
      long[] codes = ascending(format);
      for (int i = 1; i < codes.length; i++) {
        double middle = (format.decode(codes[i - 1]) + format.decode(codes[i])) / 2;
        long even = codes[i] % 2 == 0 ? codes[i] : codes[i - 1];
        boolean right =
            format.encode(middle) == even
                && format.encode(Math.nextDown(middle)) == codes[i - 1]
                && format.encode(Math.nextUp(middle)) == codes[i];
        if (!right) {
          assertThat(format.encode(middle)).as("%s, %s", format.dtype(), middle).isEqualTo(even);
          assertThat(format.encode(Math.nextDown(middle))).isEqualTo(codes[i - 1]);
          assertThat(format.encode(Math.nextUp(middle))).isEqualTo(codes[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F64, 1.7976931348623157E308, 4.9E-324",
    "F32, 3.4028234663852886E38, 1.401298464324817E-45",
    "F16, 65504, 5.9604644775390625E-8",
    "BF16, 3.3895313892515355E38, 9.183549615799121E-41",
    "F8_E5M2, 57344, 1.52587890625E-5",
    "F8_E4M3, 448, 0.001953125",
    "F8_E5M2FNUZ, 57344, 7.62939453125E-6",
    "F8_E4M3FNUZ, 240, 0.0009765625"
  })
  @DisplayName("has the largest and the smallest number its specification says")
  void extremes(String name, double largest, double smallest) {
    FloatFormat format = FloatFormat.of(DType.named(name));
    assertThat(format.decode(format.encode(largest))).isEqualTo(largest);
    assertThat(format.decode(1)).isEqualTo(smallest);
    double past = format.decode(format.encode(largest * 1.1));
    assertThat(Double.isFinite(past)).isFalse();
  }

  @Nested
  @DisplayName("past its largest number")
  class Overflow {
    @ParameterizedTest
    @CsvSource({"F32", "F16", "BF16", "F8_E5M2"})
    @DisplayName("goes to the infinity of the sign, where it has one")
    void infinities(String name) {
      FloatFormat format = FloatFormat.of(DType.named(name));
      for (double huge : new double[] {1e300, Double.POSITIVE_INFINITY}) {
        assertThat(format.decode(format.encode(huge))).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(format.decode(format.encode(-huge))).isEqualTo(Double.NEGATIVE_INFINITY);
      }
    }

    @ParameterizedTest
    @CsvSource({"F8_E4M3, 464", "F8_E4M3FNUZ, 247.9", "F8_E5M2FNUZ, 61439"})
    @DisplayName("keeps what rounds to the largest and makes NaN of the rest, where it has none")
    void finite(String name, double last) {
      FloatFormat format = FloatFormat.of(DType.named(name));
      assertThat(format.decode(format.encode(last))).isCloseTo(last, within(last / 14));
      assertThat(format.decode(format.encode(last * 1.01))).isNaN();
      assertThat(format.decode(format.encode(-last * 1.01))).isNaN();
      assertThat(format.decode(format.encode(Double.NEGATIVE_INFINITY))).isNaN();
    }
  }

  @Test
  @DisplayName("keeps the sign of a zero, except where there is one zero only")
  void zeros() {
    assertThat(FloatFormat.of(DType.F8_E4M3).encode(-0.0)).isEqualTo(0x80);
    assertThat(FloatFormat.of(DType.BF16).encode(-1e-60)).isEqualTo(0x8000);
    assertThat(FloatFormat.of(DType.F8_E4M3FNUZ).encode(-0.0)).isZero();
    assertThat(FloatFormat.of(DType.F8_E5M2FNUZ).encode(-1e-60)).isZero();
    assertThat(FloatFormat.of(DType.F16).encode(Double.MIN_VALUE)).isZero();
  }

  @Test
  @DisplayName(
      "without sign and zero clamps small values to its smallest and refuses negative ones")
  void scale() {
    FloatFormat format = FloatFormat.of(DType.F8_E8M0);
    assertThat(format.encode(1)).isEqualTo(127);
    assertThat(format.encode(0)).isZero();
    assertThat(format.encode(1e-60)).isZero();
    assertThat(format.decode(format.encode(-1))).isNaN();
    assertThat(format.decode(format.encode(Double.POSITIVE_INFINITY))).isNaN();
  }

  @Test
  @DisplayName("exists for the float dtypes only")
  void others() {
    assertThat(FloatFormat.find(DType.I32)).isEmpty();
    assertThat(FloatFormat.find(DType.F4)).isEmpty();
    assertThatThrownBy(() -> FloatFormat.of(DType.C64))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("C64");
  }
}

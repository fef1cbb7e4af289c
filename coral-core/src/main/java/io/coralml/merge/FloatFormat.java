package io.coralml.merge;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the elements of a float dtype become a {@code double} and back. Decoding is exact: every
 * value of every format here is a {@code double}. Encoding rounds to the nearest value of the
 * format, ties to the even code (IEEE 754 roundTiesToEven); what decodes to a number encodes to the
 * same bits again.
 *
 * <table>
 * <caption>The formats</caption>
 * <tr><th>dtype</th><th>bias</th><th>largest</th><th>smallest positive</th><th>not a number</th>
 *     <th>past the largest</th></tr>
 * <tr><td>F64, F32, F16, BF16</td><td>1023, 127, 15, 127</td><td colspan="2">IEEE 754, bfloat16</td>
 *     <td>top exponent, mantissa not 0</td><td>infinity</td></tr>
 * <tr><td>F8_E5M2</td><td>15</td><td>57344</td><td>2<sup>-16</sup></td>
 *     <td>top exponent, mantissa not 0</td><td>infinity</td></tr>
 * <tr><td>F8_E4M3</td><td>7</td><td>448</td><td>2<sup>-9</sup></td><td>7F, FF</td><td>NaN</td></tr>
 * <tr><td>F8_E5M2FNUZ</td><td>16</td><td>57344</td><td>2<sup>-17</sup></td><td>80</td>
 *     <td>NaN</td></tr>
 * <tr><td>F8_E4M3FNUZ</td><td>8</td><td>240</td><td>2<sup>-10</sup></td><td>80</td>
 *     <td>NaN</td></tr>
 * <tr><td>F8_E8M0</td><td>127</td><td>2<sup>127</sup></td><td>2<sup>-127</sup></td><td>FF</td>
 *     <td>NaN</td></tr>
 * </table>
 *
 * Formats without infinities encode an infinity, like any number that rounds past the largest, as
 * NaN: the non-saturating conversion of the OCP specification. The FNUZ formats have one zero.
 * {@code F8_E8M0} has neither sign nor zero: what lies under its smallest power of two encodes as
 * that, a negative number as NaN. Every NaN encodes as the format's canonical one, so sign and
 * payload of a NaN do not survive a decode and an encode.
 *
 * <p>Sources: IEEE 754-2019; OCP 8-bit Floating Point Specification 1.0 (E4M3, E5M2); OCP
 * Microscaling Formats 1.0 (E8M0); Noune et al., 8-bit Numerical Formats for Deep Neural Networks,
 * 2022 (FNUZ). Immutable and thread-safe.
 */
public final class FloatFormat {
  /** What the codes at the edges mean. */
  private enum Edges {
    /** Infinities, NaNs at the top exponent, two zeros. */
    IEEE,
    /** No infinities, NaN is the top code of either sign, two zeros. */
    FINITE,
    /** No infinities, NaN stands in the place of the negative zero. */
    ONE_ZERO,
    /** An exponent alone; NaN is the top code. */
    SCALE
  }

  private static final int DOUBLE_BIAS = 1023;
  private static final int DOUBLE_MANTISSA = 52;
  private static final long DOUBLE_HIDDEN = 1L << DOUBLE_MANTISSA;

  private static final Map<DType, FloatFormat> FORMATS =
      Stream.of(
              new FloatFormat(DType.F64, DOUBLE_BIAS, Edges.IEEE),
              new FloatFormat(DType.F32, 127, Edges.IEEE),
              new FloatFormat(DType.F16, 15, Edges.IEEE),
              new FloatFormat(DType.BF16, 127, Edges.IEEE),
              new FloatFormat(DType.F8_E5M2, 15, Edges.IEEE),
              new FloatFormat(DType.F8_E4M3, 7, Edges.FINITE),
              new FloatFormat(DType.F8_E5M2FNUZ, 16, Edges.ONE_ZERO),
              new FloatFormat(DType.F8_E4M3FNUZ, 8, Edges.ONE_ZERO),
              new FloatFormat(DType.F8_E8M0, 127, Edges.SCALE))
          .collect(Collectors.toUnmodifiableMap(FloatFormat::dtype, Function.identity()));

  private final DType dtype;
  private final int bias;
  private final int mantissaBits;
  private final Edges edges;
  private final long signBit;
  // Magnitudes: codes without the sign bit.
  private final long largest;
  private final long overflow;
  private final long nan;
  private final double rebias;

  private FloatFormat(DType dtype, int bias, Edges edges) {
    this.dtype = dtype;
    this.bias = bias;
    this.mantissaBits = dtype.mantissaBits();
    this.edges = edges;
    this.signBit = dtype.signed() ? 1L << (dtype.bits() - 1) : 0;
    this.rebias = Math.scalb(1.0, DOUBLE_BIAS - bias);
    long infinity = ((1L << dtype.exponentBits()) - 1) << mantissaBits;
    long top = dtype.signed() ? signBit - 1 : (1L << dtype.bits()) - 1;
    switch (edges) {
      case IEEE -> {
        largest = infinity - 1;
        overflow = infinity;
        nan = infinity | 1L << (mantissaBits - 1);
      }
      case FINITE, SCALE -> {
        largest = top - 1;
        overflow = top;
        nan = top;
      }
      case ONE_ZERO -> {
        largest = top;
        overflow = signBit;
        nan = signBit;
      }
      default -> throw new AssertionError(edges);
    }
  }

  /** Returns the format of a float dtype; empty for integers, complex, packed and opaque ones. */
  public static Optional<FloatFormat> find(DType dtype) {
    return Optional.ofNullable(FORMATS.get(dtype));
  }

  /**
   * Returns the format of a float dtype.
   *
   * @throws InvalidInputException if the dtype is no float of whole bytes
   */
  public static FloatFormat of(DType dtype) {
    return find(dtype)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "Elements of dtype "
                        + dtype
                        + " are not floating-point numbers; ask for one of the float dtypes."));
  }

  /** Returns the dtype whose elements these are. */
  public DType dtype() {
    return dtype;
  }

  /**
   * Returns the exact value of an element.
   *
   * @param bits the element's bits, right-aligned; bits above the dtype's width must be 0
   */
  public double decode(long bits) {
    if (dtype.bits() == Long.SIZE) {
      return Double.longBitsToDouble(bits);
    }
    if (dtype.bits() == Integer.SIZE) {
      return Float.intBitsToFloat((int) bits);
    }
    if (edges == Edges.SCALE) {
      return bits == nan ? Double.NaN : power(bits - bias);
    }
    if (edges == Edges.ONE_ZERO && bits == nan) {
      return Double.NaN;
    }
    double magnitude = decodeMagnitude(bits & ~signBit);
    return (bits & signBit) == 0 ? magnitude : -magnitude;
  }

  private double decodeMagnitude(long magnitude) {
    if (magnitude > largest) {
      return edges == Edges.IEEE && magnitude == overflow ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    // Exponent and mantissa put where a double has its own differ from the value by a power of two,
    // also where they make a subnormal double: the product is exact, and has no branch.
    return Double.longBitsToDouble(magnitude << (DOUBLE_MANTISSA - mantissaBits)) * rebias;
  }

  /**
   * Returns the bits, right-aligned, of the element nearest to a value; ties go to the even code.
   * See the class for what lies outside the format.
   */
  public long encode(double value) {
    if (Double.isNaN(value)) {
      return nan;
    }
    if (dtype.bits() == Long.SIZE) {
      return Double.doubleToLongBits(value);
    }
    if (dtype.bits() == Integer.SIZE) {
      // The language rounds a narrowing conversion to nearest, ties to even (JLS 5.1.3).
      return Float.floatToIntBits((float) value) & 0xFFFF_FFFFL;
    }
    if (edges == Edges.SCALE) {
      return encodeScale(value);
    }
    long raw = Double.doubleToRawLongBits(value);
    long magnitude = encodeMagnitude(raw & Long.MAX_VALUE);
    if (edges == Edges.ONE_ZERO && (magnitude == 0 || magnitude == nan)) {
      return magnitude;
    }
    return raw < 0 ? magnitude | signBit : magnitude;
  }

  private long encodeMagnitude(long raw) {
    int exponent = (int) (raw >>> DOUBLE_MANTISSA) - DOUBLE_BIAS;
    if (exponent > DOUBLE_BIAS) {
      return overflow;
    }
    // A subnormal double has no hidden bit, but lies so far under every format that it becomes 0.
    long significand = (raw & (DOUBLE_HIDDEN - 1)) | DOUBLE_HIDDEN;
    int biased = Math.max(exponent + bias, 1);
    int shift = DOUBLE_MANTISSA - mantissaBits + (biased - exponent - bias);
    // The hidden bit that survives the shift adds the one missing in the exponent, and a carry out
    // of the mantissa adds another: both are meant.
    long code = shiftToEven(significand, shift) + ((long) (biased - 1) << mantissaBits);
    return code > largest ? overflow : code;
  }

  private static long shiftToEven(long significand, int shift) {
    if (shift > DOUBLE_MANTISSA + 1) {
      return 0;
    }
    long quotient = significand >>> shift;
    long rest = significand & ((1L << shift) - 1);
    long half = 1L << (shift - 1);
    boolean up = rest > half || (rest == half && (quotient & 1) == 1);
    return up ? quotient + 1 : quotient;
  }

  private long encodeScale(double value) {
    if (value < 0) {
      return nan;
    }
    long raw = Double.doubleToRawLongBits(value) & Long.MAX_VALUE;
    long code = (raw >>> DOUBLE_MANTISSA) - DOUBLE_BIAS + bias;
    long rest = raw & (DOUBLE_HIDDEN - 1);
    long half = DOUBLE_HIDDEN >>> 1;
    if (rest > half || (rest == half && (code & 1) == 1)) {
      code++;
    }
    return code > largest ? nan : Math.max(code, 0);
  }

  private static double power(long exponent) {
    return Double.longBitsToDouble((exponent + DOUBLE_BIAS) << DOUBLE_MANTISSA);
  }
}

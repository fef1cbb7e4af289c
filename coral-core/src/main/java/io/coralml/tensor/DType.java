package io.coralml.tensor;

import io.coralml.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The type of one element, under the name the safetensors format gives it. A dtype says how many
 * bits an element has and how they are read; a name nobody here knows is an <em>opaque</em> dtype,
 * whose bytes are kept without being understood.
 *
 * @param name the safetensors name, one to 64 printable ASCII characters without spaces, for
 *     instance {@code BF16}
 * @param kind how the bits are read
 * @param bits bits per element; 0 when unknown (opaque)
 * @param exponentBits exponent bits of a float, else 0
 * @param mantissaBits explicit mantissa bits of a float, else 0
 * @param signed whether the top bit is a sign
 */
public record DType(
    String name, Kind kind, int bits, int exponentBits, int mantissaBits, boolean signed) {

  /** How the bits of an element are read. */
  public enum Kind {
    /** Sign, exponent, mantissa, from the top bit down. */
    FLOAT,
    /** A two's-complement or unsigned integer. */
    INTEGER,
    /** One byte, 0 or 1 (other values are kept as they are). */
    BOOL,
    /** Two floats of half the bits each, real part first. */
    COMPLEX,
    /** Elements of less than a byte, packed; kept as bytes. */
    PACKED,
    /** Unknown; kept as bytes. */
    OPAQUE
  }

  /** IEEE 754 binary64. */
  public static final DType F64 = new DType("F64", Kind.FLOAT, 64, 11, 52, true);

  /** IEEE 754 binary32. */
  public static final DType F32 = new DType("F32", Kind.FLOAT, 32, 8, 23, true);

  /** IEEE 754 binary16. */
  public static final DType F16 = new DType("F16", Kind.FLOAT, 16, 5, 10, true);

  /** bfloat16: the upper half of a binary32. */
  public static final DType BF16 = new DType("BF16", Kind.FLOAT, 16, 8, 7, true);

  /** OCP 8-bit float, 4 exponent bits. */
  public static final DType F8_E4M3 = new DType("F8_E4M3", Kind.FLOAT, 8, 4, 3, true);

  /** OCP 8-bit float, 5 exponent bits. */
  public static final DType F8_E5M2 = new DType("F8_E5M2", Kind.FLOAT, 8, 5, 2, true);

  /** 8-bit float, 4 exponent bits, finite, one zero. */
  public static final DType F8_E4M3FNUZ = new DType("F8_E4M3FNUZ", Kind.FLOAT, 8, 4, 3, true);

  /** 8-bit float, 5 exponent bits, finite, one zero. */
  public static final DType F8_E5M2FNUZ = new DType("F8_E5M2FNUZ", Kind.FLOAT, 8, 5, 2, true);

  /** OCP 8-bit scale: an exponent alone, no sign. */
  public static final DType F8_E8M0 = new DType("F8_E8M0", Kind.FLOAT, 8, 8, 0, false);

  /** Signed 64-bit integer. */
  public static final DType I64 = new DType("I64", Kind.INTEGER, 64, 0, 0, true);

  /** Signed 32-bit integer. */
  public static final DType I32 = new DType("I32", Kind.INTEGER, 32, 0, 0, true);

  /** Signed 16-bit integer. */
  public static final DType I16 = new DType("I16", Kind.INTEGER, 16, 0, 0, true);

  /** Signed 8-bit integer. */
  public static final DType I8 = new DType("I8", Kind.INTEGER, 8, 0, 0, true);

  /** Unsigned 64-bit integer. */
  public static final DType U64 = new DType("U64", Kind.INTEGER, 64, 0, 0, false);

  /** Unsigned 32-bit integer. */
  public static final DType U32 = new DType("U32", Kind.INTEGER, 32, 0, 0, false);

  /** Unsigned 16-bit integer. */
  public static final DType U16 = new DType("U16", Kind.INTEGER, 16, 0, 0, false);

  /** Unsigned 8-bit integer. */
  public static final DType U8 = new DType("U8", Kind.INTEGER, 8, 0, 0, false);

  /** One byte a truth value. */
  public static final DType BOOL = new DType("BOOL", Kind.BOOL, 8, 0, 0, false);

  /** Two binary32, real part first. */
  public static final DType C64 = new DType("C64", Kind.COMPLEX, 64, 8, 23, true);

  /** Packed 4-bit float (E2M1). */
  public static final DType F4 = new DType("F4", Kind.PACKED, 4, 2, 1, true);

  /** Packed 6-bit float, 2 exponent bits. */
  public static final DType F6_E2M3 = new DType("F6_E2M3", Kind.PACKED, 6, 2, 3, true);

  /** Packed 6-bit float, 3 exponent bits. */
  public static final DType F6_E3M2 = new DType("F6_E3M2", Kind.PACKED, 6, 3, 2, true);

  private static final List<DType> KNOWN =
      List.of(
          F64,
          F32,
          F16,
          BF16,
          F8_E4M3,
          F8_E5M2,
          F8_E4M3FNUZ,
          F8_E5M2FNUZ,
          F8_E8M0,
          I64,
          I32,
          I16,
          I8,
          U64,
          U32,
          U16,
          U8,
          BOOL,
          C64,
          F4,
          F6_E2M3,
          F6_E3M2);

  private static final Map<String, DType> BY_NAME =
      KNOWN.stream().collect(Collectors.toUnmodifiableMap(DType::name, type -> type));

  private static final int MAX_NAME = 64;

  /** Checks the name, so that every dtype can be written in every format of the project. */
  public DType {
    if (name.isEmpty()
        || name.length() > MAX_NAME
        || !name.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new InvalidInputException(
          "A dtype name is 1 to "
              + MAX_NAME
              + " printable ASCII characters without spaces; this one has "
              + name.getBytes(StandardCharsets.UTF_8).length
              + " bytes or other characters.");
    }
  }

  /** Returns every dtype the project understands, widest floats first. */
  public static List<DType> known() {
    return KNOWN;
  }

  /**
   * Returns the known dtype of that name, or an opaque one.
   *
   * @param name a name as a safetensors header spells it
   * @throws InvalidInputException if the name is empty, longer than 64 characters, or not printable
   *     ASCII
   */
  public static DType named(String name) {
    DType known = BY_NAME.get(name);
    return known != null ? known : new DType(name, Kind.OPAQUE, 0, 0, 0, false);
  }

  /** Returns whether an element's size is known. */
  public boolean isSized() {
    return bits > 0;
  }

  /** Returns whether every element fills whole bytes, so that elements can be addressed. */
  public boolean isByteAligned() {
    return bits > 0 && bits % 8 == 0;
  }

  /**
   * Returns bytes per element.
   *
   * @throws InvalidInputException if elements do not fill whole bytes
   */
  public int bytes() {
    if (!isByteAligned()) {
      throw new InvalidInputException(
          "An element of dtype " + name + " does not fill whole bytes.");
    }
    return bits / 8;
  }

  @Override
  public String toString() {
    return name;
  }
}

package io.coralml.codec;

import io.coralml.tensor.DType;

/**
 * How the bits of one element are read by the entropy coder.
 *
 * <p>An element of {@code width} bytes loses {@code narrow} low bits that are zero in every element
 * of the chunk; of the {@code bits} that remain, the {@code low} lowest are stored as {@link
 * LowFields}, and the others, its upper bits, are coded.
 *
 * @param width bytes per element: 1, 2, 4 or 8
 * @param narrow low bits that are left out
 * @param bits bits that remain, 1 to 64
 * @param low how many of these are stored verbatim, so many at least that at most 32 are coded
 * @param mantissa how many of the bits that remain are mantissa, for floats
 * @param exponentMask the exponent field, shifted down; 0 for everything but signed floats
 */
record ElementForm(int width, int narrow, int bits, int low, int mantissa, int exponentMask) {

  /** Returns the bytes per element a dtype is coded with; 1 where elements are not understood. */
  static int widthOf(DType dtype) {
    if (!dtype.isByteAligned()) {
      return 1;
    }
    return dtype.kind() == DType.Kind.COMPLEX ? dtype.bytes() / 2 : dtype.bytes();
  }

  /**
   * Returns the form of a dtype's elements, with as few low bits as can be.
   *
   * @param narrow 0 to the number of bits less 1; no more than the mantissa of a float is used
   */
  static ElementForm of(DType dtype, int narrow) {
    int width = widthOf(dtype);
    int bits = width * 8 - narrow;
    int low = Math.max(0, bits - 32);
    boolean isFloat =
        dtype.isByteAligned()
            && dtype.signed()
            && dtype.exponentBits() > 0
            && dtype.mantissaBits() >= narrow;
    return isFloat
        ? new ElementForm(
            width,
            narrow,
            bits,
            low,
            dtype.mantissaBits() - narrow,
            (1 << dtype.exponentBits()) - 1)
        : new ElementForm(width, narrow, bits, low, 0, 0);
  }

  /** Returns the same form with another number of low bits. */
  ElementForm withLow(int lowBits) {
    return new ElementForm(width, narrow, bits, lowBits, mantissa, exponentMask);
  }

  /** Returns the number of bits that are coded, 1 to 32. */
  int upper() {
    return bits - low;
  }

  /** Returns whether elements are signed floats, to be mapped by order. */
  boolean isFloat() {
    return exponentMask != 0;
  }

  /** Returns the sign bit of a float of up to 32 bits; 0 if elements are no floats. */
  int sign() {
    return isFloat() ? 1 << (bits - 1) : 0;
  }

  /** Returns the bits of an element of up to 32. */
  int mask() {
    return -1 >>> (32 - bits);
  }
}

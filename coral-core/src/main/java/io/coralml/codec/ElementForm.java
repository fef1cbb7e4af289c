package io.coralml.codec;

import io.coralml.tensor.DType;

/**
 * How the bits of one element are read by the entropy coder.
 *
 * <p>An element of {@code width} bytes loses {@code narrow} low bits that are zero in every element
 * of the chunk; of what remains, the {@code low} lowest bits are stored verbatim where more than 32
 * remain, and the upper {@code bits} are coded.
 *
 * @param width bytes per element: 1, 2, 4 or 8
 * @param narrow low bits that are left out
 * @param low further low bits that are stored verbatim, so that 32 are left
 * @param bits bits that are coded, 1 to 32
 * @param mantissa how many of these are mantissa, for floats
 * @param exponentMask the exponent field, shifted down; 0 for everything but signed floats
 */
record ElementForm(int width, int narrow, int low, int bits, int mantissa, int exponentMask) {

  /** Returns the bytes per element a dtype is coded with; 1 where elements are not understood. */
  static int widthOf(DType dtype) {
    if (!dtype.isByteAligned()) {
      return 1;
    }
    return dtype.kind() == DType.Kind.COMPLEX ? dtype.bytes() / 2 : dtype.bytes();
  }

  /**
   * Returns the form of a dtype's elements.
   *
   * @param narrow 0 to the number of bits less 1; no more than the mantissa of a float is used
   */
  static ElementForm of(DType dtype, int narrow) {
    int width = widthOf(dtype);
    int all = width * 8 - narrow;
    int low = Math.max(0, all - 32);
    boolean isFloat =
        dtype.isByteAligned()
            && dtype.signed()
            && dtype.exponentBits() > 0
            && dtype.mantissaBits() >= narrow + low;
    return isFloat
        ? new ElementForm(
            width,
            narrow,
            low,
            all - low,
            dtype.mantissaBits() - narrow - low,
            (1 << dtype.exponentBits()) - 1)
        : new ElementForm(width, narrow, low, all - low, 0, 0);
  }

  /** Returns whether elements are signed floats, to be mapped by order. */
  boolean isFloat() {
    return exponentMask != 0;
  }

  /** Returns the sign bit of a coded float; 0 if elements are no floats. */
  int sign() {
    return isFloat() ? 1 << (bits - 1) : 0;
  }

  /** Returns the bits that are coded. */
  int mask() {
    return -1 >>> (32 - bits);
  }
}

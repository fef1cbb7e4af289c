package io.coralml.similarity;

import io.coralml.tensor.DType;

/**
 * How elements of a dtype are compared: as numbers of at most 32 bits whose order is that of the
 * values, and as short codes that small changes rarely touch.
 *
 * <p>Of 64-bit floats the upper half is looked at, of 64-bit integers the lower. A complex number
 * is two elements. Packed and opaque dtypes are looked at byte by byte.
 *
 * @param bytes from one element to the next
 * @param bits how many bits of an element are looked at
 * @param mantissa how many of those are a float's mantissa
 * @param order how the bits are ordered
 */
record ElementKind(int bytes, int bits, int mantissa, Order order) {
  /** Widths of codes: sign and exponent alone, and with two and four bits more. */
  static final int LEVELS = 3;

  private static final int BITS_PER_LEVEL = 2;

  /** Bits that the codes of 8-bit integers leave out, by level. */
  private static final int[] BYTE_SHIFT = {3, 1, 0};

  /** How bits become ordered numbers. */
  enum Order {
    /** Sign and magnitude. */
    FLOAT,
    /** Two's complement. */
    SIGNED,
    /** As they are. */
    UNSIGNED
  }

  static ElementKind of(DType dtype) {
    return switch (dtype.kind()) {
      case FLOAT -> {
        int bits = Math.min(32, dtype.bits());
        int mantissa = dtype.mantissaBits() - (dtype.bits() - bits);
        Order order = dtype.signed() ? Order.FLOAT : Order.UNSIGNED;
        yield new ElementKind(dtype.bytes(), bits, mantissa, order);
      }
      case COMPLEX -> new ElementKind(dtype.bytes() / 2, 32, dtype.mantissaBits(), Order.FLOAT);
      case INTEGER ->
          new ElementKind(
              dtype.bytes(),
              Math.min(32, dtype.bits()),
              0,
              dtype.signed() ? Order.SIGNED : Order.UNSIGNED);
      case BOOL, PACKED, OPAQUE -> new ElementKind(1, 8, 0, Order.UNSIGNED);
    };
  }

  private int mask() {
    return -1 >>> (32 - bits);
  }

  private int sign() {
    return 1 << (bits - 1);
  }

  /** Returns the part of an element that is looked at. */
  int select(long element) {
    return bytes == 8 && order == Order.FLOAT ? (int) (element >>> 32) : (int) element & mask();
  }

  /** Returns a number, to be read as unsigned, whose order is that of the values. */
  int ordered(int raw) {
    return switch (order) {
      case FLOAT -> (raw & sign()) != 0 ? ~raw & mask() : raw | sign();
      case SIGNED -> raw ^ sign();
      case UNSIGNED -> raw;
    };
  }

  /** Returns the code of an element at a level: few bits, the more the higher the level. */
  int code(int raw, int level) {
    if (order == Order.FLOAT) {
      return raw >>> Math.max(0, mantissa - BITS_PER_LEVEL * level);
    }
    if (bits == 8) {
      return raw >>> BYTE_SHIFT[level];
    }
    int value = order == Order.SIGNED ? raw << (32 - bits) >> (32 - bits) : raw;
    int magnitude = order == Order.SIGNED ? Math.abs(value) : value;
    int width = 32 - Integer.numberOfLeadingZeros(magnitude);
    int extra = BITS_PER_LEVEL * level;
    int leading = width > extra ? magnitude >>> (width - extra - 1) : magnitude;
    return value < 0 && order == Order.SIGNED ? ~((leading << 6) | width) : (leading << 6) | width;
  }

  /** Returns the value of an element of a float, else the number it stands for. */
  double value(int raw) {
    return switch (order) {
      case FLOAT -> floating(raw);
      case SIGNED -> raw << (32 - bits) >> (32 - bits);
      case UNSIGNED -> Integer.toUnsignedLong(raw);
    };
  }

  /** What the exponent says, without regard to NaN and infinities, which are merely large. */
  private double floating(int raw) {
    int exponentBits = bits - 1 - mantissa;
    int exponent = (raw & (sign() - 1)) >>> mantissa;
    int fraction = raw & ((1 << mantissa) - 1);
    int bias = (1 << (exponentBits - 1)) - 1;
    double significand = fraction + (exponent == 0 ? 0 : 1 << mantissa);
    double magnitude = significand * Math.pow(2, Math.max(1, exponent) - bias - mantissa);
    return (raw & sign()) != 0 ? -magnitude : magnitude;
  }
}

package io.coralml.merge;

import io.coralml.tensor.DType;

/**
 * The value of an element, or of a part of a complex one, and the difference of two: exact for
 * floats, rounded to double for integers of 64 bits.
 */
interface NumberFormat {
  /** Returns the format of a dtype whose elements fill whole bytes and are numbers. */
  static NumberFormat of(DType dtype) {
    return switch (dtype.kind()) {
      case FLOAT -> FloatFormat.of(dtype)::decode;
      case COMPLEX -> FloatFormat.of(DType.F32)::decode;
      case INTEGER, BOOL -> dtype.signed() ? new Signed(Long.SIZE - dtype.bits()) : new Unsigned();
      case PACKED, OPAQUE -> throw new IllegalArgumentException(dtype + " has no known values");
    };
  }

  /** Returns how many numbers an element holds. */
  static int partsOf(DType dtype) {
    return dtype.kind() == DType.Kind.COMPLEX ? 2 : 1;
  }

  /** Returns the value of these bits. */
  double value(long bits);

  /** Returns {@code after − before}, rounded once. */
  default double difference(long before, long after) {
    return value(after) - value(before);
  }

  /**
   * Two's complement.
   *
   * @param unused bits of a long above the element's
   */
  record Signed(int unused) implements NumberFormat {
    @Override
    public double value(long bits) {
      return bits << unused >> unused;
    }

    @Override
    public double difference(long before, long after) {
      long a = before << unused >> unused;
      long b = after << unused >> unused;
      long difference = b - a;
      boolean overflow = ((a ^ b) & (b ^ difference)) < 0;
      if (!overflow) {
        return difference;
      }
      return b >= a ? Unsigned.toDouble(difference) : -Unsigned.toDouble(-difference);
    }
  }

  /** Plain binary. */
  record Unsigned() implements NumberFormat {
    @Override
    public double value(long bits) {
      return toDouble(bits);
    }

    @Override
    public double difference(long before, long after) {
      return Long.compareUnsigned(after, before) >= 0
          ? toDouble(after - before)
          : -toDouble(before - after);
    }

    /** Rounds to nearest: the lowest bit stands in for all that the halving drops. */
    static double toDouble(long unsigned) {
      return unsigned >= 0 ? unsigned : 2.0 * ((unsigned >>> 1) | (unsigned & 1));
    }
  }
}

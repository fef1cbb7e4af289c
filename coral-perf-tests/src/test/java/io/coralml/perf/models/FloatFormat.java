package io.coralml.perf.models;

import io.coralml.tensor.DType;
import java.nio.ByteBuffer;

/**
 * The three float formats in which models are made here: rounding into them (to nearest, ties to
 * even), their bits, and the spacing of their values. Written out because the platform's own half
 * conversions came after Java 17.
 */
public enum FloatFormat {
  /** IEEE 754 binary32. */
  F32(23, -126),
  /** IEEE 754 binary16. */
  F16(10, -14),
  /** The upper half of a binary32. */
  BF16(7, -126);

  private static final int HALF_BIAS_SHIFT = 112;

  private final int mantissaBits;
  private final int minExponent;

  FloatFormat(int mantissaBits, int minExponent) {
    this.mantissaBits = mantissaBits;
    this.minExponent = minExponent;
  }

  /**
   * Returns the format of a dtype.
   *
   * @throws IllegalArgumentException if it is none of the three
   */
  public static FloatFormat of(DType dtype) {
    for (FloatFormat format : values()) {
      if (format.dtype().equals(dtype)) {
        return format;
      }
    }
    throw new IllegalArgumentException("Models are made in F32, F16 and BF16, not in " + dtype);
  }

  /** Returns the dtype of tensors in this format. */
  public DType dtype() {
    return switch (this) {
      case F32 -> DType.F32;
      case F16 -> DType.F16;
      case BF16 -> DType.BF16;
    };
  }

  /** Returns bytes per element. */
  public int bytes() {
    return this == F32 ? Float.BYTES : Short.BYTES;
  }

  /** Returns log2 of the distance between the values around {@code x}. */
  public int spacingExponent(double x) {
    return Math.max(Math.getExponent(x), minExponent) - mantissaBits;
  }

  /**
   * Returns the value of this format nearest to a finite number, ties to even.
   *
   * @throws ArithmeticException if it is beyond the largest finite value
   */
  public double round(double x) {
    int spacing = spacingExponent(x);
    double rounded = Math.scalb(Math.rint(Math.scalb(x, -spacing)), spacing);
    double largest = this == F16 ? 65504 : Float.MAX_VALUE;
    if (!(Math.abs(rounded) <= largest)) {
      throw new ArithmeticException(x + " is beyond " + this);
    }
    return rounded;
  }

  /** Returns the next larger value of this format after one of its finite values. */
  public double next(double exact) {
    return exact + Math.scalb(1.0, spacingExponent(Math.nextUp(exact)));
  }

  /** Appends the bits of a value that is exact in this format. */
  public void put(ByteBuffer littleEndian, double exact) {
    int bits = Float.floatToRawIntBits((float) exact);
    switch (this) {
      case F32 -> littleEndian.putInt(bits);
      case F16 -> littleEndian.putShort(floatBitsToHalf(bits));
      case BF16 -> littleEndian.putShort((short) (bits >>> 16));
    }
  }

  /** Reads the next value. */
  public double get(ByteBuffer littleEndian) {
    return Float.intBitsToFloat(getFloatBits(littleEndian));
  }

  /** Reads the next value as the bits of the equal binary32, NaN payloads kept. */
  public int getFloatBits(ByteBuffer littleEndian) {
    return switch (this) {
      case F32 -> littleEndian.getInt();
      case F16 -> halfToFloatBits(littleEndian.getShort());
      case BF16 -> littleEndian.getShort() << 16;
    };
  }

  /**
   * Returns the bits of the binary32 equal to a half float; a NaN keeps its payload in the upper
   * mantissa bits.
   */
  public static int halfToFloatBits(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7FFF;
    int exponent = magnitude >>> 10;
    if (exponent == 0) { // zero or subnormal: the value is magnitude * 2^-24, exact in binary32
      return sign | Float.floatToRawIntBits(Math.scalb((float) magnitude, -24));
    }
    int shifted = exponent == 0x1F ? 0xFF : exponent + HALF_BIAS_SHIFT;
    return sign | (shifted << 23) | ((magnitude & 0x3FF) << 13);
  }

  /**
   * Returns the half float equal to a binary32.
   *
   * @throws ArithmeticException if there is none: narrowing here never rounds
   */
  public static short floatBitsToHalf(int bits) {
    int sign = (bits >>> 16) & 0x8000;
    int exponent = (bits >>> 23) & 0xFF;
    int half;
    if (exponent == 0xFF) {
      half = sign | 0x7C00 | ((bits & 0x7FFFFF) >>> 13);
    } else if (exponent > HALF_BIAS_SHIFT) {
      half = sign | ((exponent - HALF_BIAS_SHIFT) << 10) | ((bits & 0x7FFFFF) >>> 13);
    } else {
      half = sign | (int) Math.scalb(Math.abs(Float.intBitsToFloat(bits)), 24);
    }
    boolean tooLarge = exponent != 0xFF && exponent > HALF_BIAS_SHIFT + 30;
    if (tooLarge || halfToFloatBits((short) half) != bits) {
      throw new ArithmeticException(
          Float.intBitsToFloat(bits) + " is not exactly a half float; it cannot be narrowed");
    }
    return (short) half;
  }

  /**
   * Returns the bfloat16 nearest to a binary32, ties to even; a NaN stays one and keeps the upper
   * bits of its payload.
   */
  public static short floatBitsToBfloat16(int bits) {
    if ((bits & 0x7FFFFFFF) > 0x7F800000) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}

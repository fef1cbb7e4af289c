package io.coralml.codec;

/**
 * What symbols will cost. Strictly reproducible, since the encoder's choices, and with them the
 * encoded bytes, hang on it.
 */
final class Entropy {
  private static final double LN_2 = StrictMath.log(2);
  private static final double SQRT_2 = StrictMath.sqrt(2);
  private static final double[] SMALL = new double[1 << 13];

  static {
    for (int i = 2; i < SMALL.length; i++) {
      SMALL[i] = i * (StrictMath.log(i) / LN_2);
    }
  }

  private Entropy() {}

  /** Returns n log2 n. */
  static double nLogN(long n) {
    return n < SMALL.length ? SMALL[(int) n] : (double) n * (StrictMath.log((double) n) / LN_2);
  }

  /**
   * Returns the logarithm of a normal number above 0, to nine digits: in arithmetic that every JVM
   * does alike, and without the foreign call that StrictMath's is.
   */
  static double log2(double number) {
    long bits = Double.doubleToRawLongBits(number);
    double mantissa = Double.longBitsToDouble((bits & 0xFFFFFFFFFFFFFL) | 0x3FF0000000000000L);
    // The series of the inverse hyperbolic tangent, around the middle of 1 and 2.
    double t = (mantissa - SQRT_2) / (mantissa + SQRT_2);
    double square = t * t;
    double series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square / 9)));
    return Math.getExponent(number) + 0.5 + 2 / LN_2 * t * series;
  }

  /** Returns the bits of all symbols counted between two indexes, coded in the best way. */
  static double bits(int[] counts, int from, int to) {
    long total = 0;
    double sum = 0;
    for (int i = from; i < to; i++) {
      total += counts[i];
      sum += nLogN(counts[i]);
    }
    return nLogN(total) - sum;
  }

  /** Returns the same for the symbols at certain indexes from one on, which are all that occur. */
  static double bits(int[] counts, int from, int[] indexes) {
    long total = 0;
    double sum = 0;
    for (int index : indexes) {
      total += counts[from + index];
      sum += nLogN(counts[from + index]);
    }
    return nLogN(total) - sum;
  }

  /** Returns roughly the bits that the frequencies of these symbols take in a model. */
  static double tableBits(int[] counts, int from, int to) {
    int used = 0;
    for (int i = from; i < to; i++) {
      used += counts[i] > 0 ? 1 : 0;
    }
    return tableBits(used);
  }

  /** Returns roughly the bits that the frequencies of so many symbols take in a model. */
  static double tableBits(int symbols) {
    return 8 + 3.0 * symbols;
  }
}

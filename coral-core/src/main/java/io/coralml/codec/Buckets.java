package io.coralml.codec;

/**
 * Buckets of signed numbers, as wide as numbers of their size differ little: the code says which
 * bucket, and the rest is so evenly spread that it is stored as it is.
 *
 * <h2>Specification, format 1</h2>
 *
 * With f fraction bits, a number d of magnitude a has {@code k} = max(0, floor(log2 a) - f)
 * verbatim bits and the code 2 * ((a &gt;&gt; k) + (k &lt;&lt; f)), plus 1 if it is negative; 0 has
 * code 0. All numbers of one code are consecutive, and the verbatim bits are d less the least of
 * them. Thus numbers of a magnitude below 2^(f+1) have a code each.
 */
final class Buckets {
  /** No code of 32-bit numbers with up to two fraction bits reaches this. */
  static final int CODES = 512;

  private Buckets() {}

  /** Returns the code of a number. */
  static int code(int number, int fraction) {
    int negative = number >>> 31;
    int magnitude = (number ^ -negative) + negative;
    int width = Math.max(0, 31 - Integer.numberOfLeadingZeros(magnitude | 1) - fraction);
    return (((magnitude >>> width) + (width << fraction)) << 1) + negative;
  }

  /** Returns the number of verbatim bits of a code. */
  static int bits(int code, int fraction) {
    return Math.max(0, (code >>> 1 >>> fraction) - 1);
  }

  /** Returns the least number of a code. */
  static int start(int code, int fraction) {
    int width = bits(code, fraction);
    int least = ((code >>> 1) - (width << fraction)) << width;
    return (code & 1) == 0 ? least : -least - ((1 << width) - 1);
  }
}

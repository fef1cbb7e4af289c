package io.coralml.codec;

/**
 * The map that makes neighbouring floats neighbouring integers, and the difference of a target to
 * its base under it.
 *
 * <h2>Specification, format 1</h2>
 *
 * Of an element of N coded bits let S be the sign bit (2^(N-1) for floats, 0 for everything else).
 * With x = target xor (base and S), so that a base below zero is mirrored to one above,
 *
 * <ul>
 *   <li>the <em>outward order</em> of a float is x xor S if x has no sign bit, else x with all N
 *       bits inverted; of everything else it is the target itself;
 *   <li>the base stands at base or S;
 *   <li>the <em>difference</em> is the outward order less where the base stands, modulo 2^N, as a
 *       signed number of N bits.
 * </ul>
 *
 * All is integer arithmetic on bits: NaN payloads, signs of zero and subnormals are numbers like
 * any other. The loops below are branchless over whole arrays so that C2 vectorises them.
 */
final class OrderedBits {
  private OrderedBits() {}

  /** Shifts the bits out that are zero in all elements. */
  static void narrow(int[] values, int count, int shift) {
    if (shift > 0) {
      for (int i = 0; i < count; i++) {
        values[i] >>>= shift;
      }
    }
  }

  /** Replaces targets by their outward order and computes their differences to the base. */
  static void subtract(int[] target, int[] base, int[] into, int count, ElementForm form) {
    if (form.isFloat()) {
      subtract(target, base, into, count, form.sign(), form.bits() - 1, form.mask());
      return;
    }
    int mask = form.mask();
    int half = 1 << (form.bits() - 1);
    for (int i = 0; i < count; i++) {
      into[i] = (((target[i] - base[i]) & mask) ^ half) - half;
    }
  }

  private static void subtract(
      int[] target, int[] base, int[] into, int count, int sign, int top, int mask) {
    int below = sign - 1;
    for (int i = 0; i < count; i++) {
      int x = target[i] ^ (base[i] & sign);
      int order = x ^ (sign ^ (-(x >>> top) & below));
      target[i] = order;
      // The sign bit is the upper half of the range.
      into[i] = (((order - (base[i] | sign)) & mask) ^ sign) - sign;
    }
  }

  /** Replaces differences by the targets, shifted back to their place. */
  static void restore(int[] difference, int[] base, int count, ElementForm form) {
    int sign = form.sign();
    int mask = form.mask();
    int below = form.isFloat() ? sign - 1 : 0;
    int invert = form.isFloat() ? mask : 0;
    int top = form.bits() - 1;
    int shift = form.narrow();
    for (int i = 0; i < count; i++) {
      int order = difference[i] + (base[i] | sign);
      int x = order ^ (invert ^ (-((order >>> top) & 1) & below));
      difference[i] = ((x ^ (base[i] & sign)) & mask) << shift;
    }
  }

  /**
   * Returns one target, not shifted back, from its outward order. Without a branch: signs are hard
   * to foresee.
   */
  static int restore(int order, int base, ElementForm form) {
    int sign = form.sign();
    int mask = form.mask();
    int below = form.isFloat() ? sign - 1 : 0;
    int invert = form.isFloat() ? mask : 0;
    int x = order ^ (invert ^ (-((order >>> (form.bits() - 1)) & 1) & below));
    return (x ^ (base & sign)) & mask;
  }

  /** Takes the exponent field of floats. */
  static void exponents(int[] values, int[] into, int count, ElementForm form) {
    int mantissa = form.mantissa();
    int mask = form.exponentMask();
    for (int i = 0; i < count; i++) {
      into[i] = (values[i] >>> mantissa) & mask;
    }
  }

  /** {@link #narrow} for elements of 8 bytes. */
  static void narrow(long[] values, int count, int shift) {
    for (int i = 0; i < count; i++) {
      values[i] >>>= shift;
    }
  }

  /** {@link #exponents} for elements of 8 bytes. */
  static void exponents(long[] values, int[] into, int count, ElementForm form) {
    int mantissa = form.mantissa();
    int mask = form.exponentMask();
    for (int i = 0; i < count; i++) {
      into[i] = (int) (values[i] >>> mantissa) & mask;
    }
  }

  /** Replaces targets of 8 bytes by their outward order. */
  static void order(long[] target, long[] base, int count, ElementForm form) {
    if (!form.isFloat()) {
      return;
    }
    long sign = 1L << (form.bits() - 1);
    for (int i = 0; i < count; i++) {
      long x = target[i] ^ (base[i] & sign);
      target[i] = x ^ (sign ^ (-(x >>> (form.bits() - 1)) & (sign - 1)));
    }
  }

  /** Computes the differences of elements of 8 bytes from their outward orders. */
  static void subtract(long[] order, long[] base, long[] into, int count, ElementForm form) {
    long sign = form.isFloat() ? 1L << (form.bits() - 1) : 0;
    int unused = 64 - form.bits();
    for (int i = 0; i < count; i++) {
      into[i] = ((order[i] - (base[i] | sign)) << unused) >> unused;
    }
  }

  /** {@link #restore} for elements of 8 bytes. */
  static void restore(long[] difference, long[] base, int count, ElementForm form) {
    int top = form.bits() - 1;
    long sign = form.isFloat() ? 1L << top : 0;
    long mask = -1L >>> (63 - top);
    long below = form.isFloat() ? sign - 1 : 0;
    long invert = form.isFloat() ? mask : 0;
    int shift = form.narrow();
    for (int i = 0; i < count; i++) {
      long order = difference[i] + (base[i] | sign);
      long x = order ^ (invert ^ (-((order >>> top) & 1) & below));
      difference[i] = ((x ^ (base[i] & sign)) & mask) << shift;
    }
  }

  /** Turns floats so that the sign comes last; leaves everything else alone. */
  static void signLast(int[] values, int count, ElementForm form) {
    if (form.isFloat()) {
      int top = form.bits() - 1;
      int mask = form.mask();
      for (int i = 0; i < count; i++) {
        values[i] = ((values[i] << 1) | (values[i] >>> top)) & mask;
      }
    }
  }

  /** Undoes {@link #signLast} and shifts back to their place. */
  static void signFirst(int[] values, int count, ElementForm form) {
    int shift = form.narrow();
    int mask = form.mask();
    if (form.isFloat()) {
      int top = form.bits() - 1;
      for (int i = 0; i < count; i++) {
        values[i] = (((values[i] & mask) >>> 1) | ((values[i] & 1) << top)) << shift;
      }
    } else {
      for (int i = 0; i < count; i++) {
        values[i] = (values[i] & mask) << shift;
      }
    }
  }

  /** {@link #signLast} for elements of 8 bytes. */
  static void signLast(long[] values, int count, ElementForm form) {
    if (form.isFloat()) {
      int top = form.bits() - 1;
      for (int i = 0; i < count; i++) {
        values[i] = ((values[i] << 1) | (values[i] >>> top)) & (-1L >>> (63 - top));
      }
    }
  }

  /** {@link #signFirst} for elements of 8 bytes. */
  static void signFirst(long[] values, int count, ElementForm form) {
    int top = form.bits() - 1;
    for (int i = 0; i < count; i++) {
      long x = values[i] & (-1L >>> (63 - top));
      long turned = form.isFloat() ? (x >>> 1) | ((x & 1) << top) : x;
      values[i] = turned << form.narrow();
    }
  }
}

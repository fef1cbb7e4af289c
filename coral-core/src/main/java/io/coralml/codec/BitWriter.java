package io.coralml.codec;

import java.util.Arrays;

/**
 * Writes numbers of any width into bytes, first number first, the top bit of each first. For one
 * thread.
 */
final class BitWriter {
  private static final int MOST_ONES = 31;

  private byte[] bytes;
  private int length;
  private long pending;
  private int pendingBits;

  BitWriter(int capacity) {
    bytes = new byte[capacity];
  }

  /** Appends the low {@code width} bits of a value; width is 0 to 32. */
  void put(long value, int width) {
    pending = (pending << width) | (value & ((1L << width) - 1));
    pendingBits += width;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      append((byte) (pending >>> pendingBits));
    }
  }

  /**
   * Appends a number of 0 to 2^32 - 1 in the Elias gamma code of the number plus one: as many zero
   * bits as the sum has bits behind its first, then the sum.
   */
  void putGamma(long number) {
    long sum = number + 1;
    int behind = 63 - Long.numberOfLeadingZeros(sum);
    put(0, behind);
    put(1, 1);
    put(sum, behind);
  }

  /** Appends a number of at least 0 in the Rice code: quotient in unary, {@code width} low bits. */
  void putRice(int number, int width) {
    int ones = number >>> width;
    for (; ones > MOST_ONES; ones -= MOST_ONES) {
      put(-1, MOST_ONES);
    }
    put((2L << ones) - 2, ones + 1);
    put(number, width);
  }

  /** Fills the last byte with zero bits. */
  void align() {
    put(0, -pendingBits & 7);
  }

  /** Returns the number of bits written. */
  long bitLength() {
    return length * 8L + pendingBits;
  }

  /** Returns what was written, the last byte filled with zero bits. */
  byte[] toBytes() {
    align();
    return Arrays.copyOf(bytes, length);
  }

  private void append(byte value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(64, length + (length >> 1)));
    }
    bytes[length++] = value;
  }
}

package io.coralml.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Packs many numbers of up to 32 bits, from the lowest bit of each byte up, without a branch per
 * number: every number stores the eight bytes it might touch. For one thread.
 */
final class BitSink {
  /** Bytes that must be writable behind the last bit. */
  static final int SLACK = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int CODE = Buckets.CODES - 1;

  private final byte[] bytes;
  private int at;
  private long pending;
  private int pendingBits;

  BitSink(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Appends the low {@code width} bits of each number. */
  void putAll(long[] numbers, int count, int width) {
    long mask = (1L << width) - 1;
    int offset = at;
    int bits = pendingBits;
    long acc = pending;
    for (int i = 0; i < count; i++) {
      acc |= (numbers[i] & mask) << bits;
      bits += width;
      LONG.set(bytes, offset, acc);
      offset += bits >>> 3;
      acc >>>= bits & ~7;
      bits &= 7;
    }
    at = offset;
    pendingBits = bits;
    pending = acc;
  }

  /** Appends the low {@code width} bits of each number. */
  void putAll(int[] numbers, int count, int width) {
    long mask = (1L << width) - 1;
    int offset = at;
    int bits = pendingBits;
    long acc = pending;
    for (int i = 0; i < count; i++) {
      acc |= (numbers[i] & mask) << bits;
      bits += width;
      LONG.set(bytes, offset, acc);
      offset += bits >>> 3;
      acc >>>= bits & ~7;
      bits &= 7;
    }
    at = offset;
    pendingBits = bits;
    pending = acc;
  }

  /**
   * Appends what is left of each number when the least of its code is taken away.
   *
   * @param codes the code of each number, from {@code from} on, in its low nine bits
   * @param entries for each code its least number (high half) and its width (low half)
   * @param widest no width is greater
   */
  void putRests(int[] numbers, char[] codes, int from, int count, long[] entries, int widest) {
    int i = 0;
    if (widest <= 14) {
      i = putRestsByFour(numbers, codes, from, count, entries);
    }
    for (; i < count; i++) {
      long entry = entries[codes[from + i] & CODE];
      put((numbers[i] - (int) (entry >> 32)) & 0xFFFFFFFFL, (int) entry);
    }
  }

  /** Four numbers of at most 14 bits are joined before they are stored. */
  private int putRestsByFour(int[] numbers, char[] codes, int from, int count, long[] entries) {
    int offset = at;
    int bits = pendingBits;
    long acc = pending;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      long e0 = entries[codes[from + i] & CODE];
      long e1 = entries[codes[from + i + 1] & CODE];
      long e2 = entries[codes[from + i + 2] & CODE];
      long e3 = entries[codes[from + i + 3] & CODE];
      long lower = numbers[i + 1] - (e1 >> 32);
      lower = (lower << e0) + (numbers[i] - (e0 >> 32));
      long upper = numbers[i + 3] - (e3 >> 32);
      upper = (upper << e2) + (numbers[i + 2] - (e2 >> 32));
      acc |= ((upper << (e0 + e1)) + lower) << bits;
      bits += (int) (e0 + e1 + e2 + e3) & 63;
      LONG.set(bytes, offset, acc);
      offset += bits >>> 3;
      acc >>>= bits & ~7;
      bits &= 7;
    }
    at = offset;
    pendingBits = bits;
    pending = acc;
    return i;
  }

  private void put(long number, int width) {
    pending |= number << pendingBits;
    pendingBits += width;
    LONG.set(bytes, at, pending);
    at += pendingBits >>> 3;
    pending >>>= pendingBits & ~7;
    pendingBits &= 7;
  }

  /** Returns the array that is written to, from its start. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns the number of bytes written, the last one filled with zero bits. */
  int length() {
    return pendingBits > 0 ? at + 1 : at;
  }
}

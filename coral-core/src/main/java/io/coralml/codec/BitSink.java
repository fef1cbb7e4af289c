package io.coralml.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Packs numbers of up to 32 bits, from the lowest bit of each byte up, without a branch: every
 * number stores the eight bytes it might touch. For one thread.
 */
final class BitSink {
  private static final int SLACK = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int at;
  private long pending;
  private int pendingBits;

  /**
   * @param bytes an array to begin with, of any length
   */
  BitSink(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Makes room for that many more numbers of 32 bits. */
  void reserve(int numbers) {
    int enough = at + 4 * numbers + SLACK;
    if (bytes.length < enough) {
      bytes = Arrays.copyOf(bytes, Math.max(enough, bytes.length + (bytes.length >> 1)));
    }
  }

  /** Appends the low {@code width} bits of a number for which there is room; width is 0 to 32. */
  void put(long number, int width) {
    pending |= (number & ((1L << width) - 1)) << pendingBits;
    pendingBits += width;
    LONG.set(bytes, at, pending);
    at += pendingBits >>> 3;
    pending >>>= pendingBits & ~7;
    pendingBits &= 7;
  }

  /** Returns the array that was written to, from its start. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns the number of bytes written, the last one filled with zero bits. */
  int length() {
    return pendingBits > 0 ? at + 1 : at;
  }
}

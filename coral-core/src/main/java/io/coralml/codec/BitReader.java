package io.coralml.codec;

import io.coralml.CorruptDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what a {@link BitWriter} wrote, never beyond its end. For one thread. */
final class BitReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Bits of a window that are there wherever in a byte it begins. */
  private static final int WINDOW = 57;

  private final byte[] bytes;
  private final long end;
  private long position;

  /** Reads the bytes between two offsets. */
  BitReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from * 8L;
    this.end = to * 8L;
  }

  /** Reads a number of {@code width} bits, 0 to 32. */
  long get(int width) {
    if (width > end - position) {
      throw damaged();
    }
    long number = window() >>> 1 >>> (63 - width);
    position += width;
    return number;
  }

  /** Returns the next bits, the first at the top, at least {@value #WINDOW}; 0 behind the end. */
  private long window() {
    int at = (int) (position >>> 3);
    long window = 0;
    if (at + Long.BYTES <= bytes.length) {
      window = (long) LONG.get(bytes, at);
    } else {
      for (int i = 0; i < Long.BYTES; i++) {
        window = (window << 8) | (at + i < bytes.length ? bytes[at + i] & 0xFF : 0);
      }
    }
    return window << (position & 7);
  }

  /** Reads a number as {@link BitWriter#putGamma} writes it. */
  long getGamma() {
    long window = window();
    int bits = 2 * Long.numberOfLeadingZeros(window) + 1;
    if (bits > WINDOW || bits > end - position) {
      return getLongGamma();
    }
    position += bits;
    return (window >>> (64 - bits)) - 1;
  }

  /** Reads one that no window has as a whole, or that is cut short. */
  private long getLongGamma() {
    int behind = 0;
    while (get(1) == 0) {
      if (++behind > 32) {
        throw damaged();
      }
    }
    return ((1L << behind) | get(behind)) - 1;
  }

  /** Reads such a number of at most {@code most}. */
  int getGamma(int most) {
    return checked(getGamma(), most);
  }

  /** Reads a number as {@link BitWriter#putRice} writes it; at most {@code most}. */
  int getRice(int width, int most) {
    long window = window();
    int ones = Long.numberOfLeadingZeros(~window);
    int bits = ones + 1 + width;
    if (bits > WINDOW || bits > end - position) {
      return getLongRice(width, most);
    }
    position += bits;
    return checked(((long) ones << width) | (window << ones << 1 >>> 1 >>> (63 - width)), most);
  }

  /** Reads one that no window has as a whole, or that is cut short. */
  private int getLongRice(int width, int most) {
    long quotient = 0;
    while (get(1) == 1) {
      if (++quotient > most >>> width) {
        throw damaged();
      }
    }
    return checked((quotient << width) | get(width), most);
  }

  private static int checked(long number, int most) {
    if (number > most) {
      throw damaged();
    }
    return (int) number;
  }

  /** Moves to the next whole byte and returns its offset. */
  int align() {
    position = (position + 7) & ~7L;
    return (int) (position >>> 3);
  }

  private static CorruptDataException damaged() {
    return new CorruptDataException(
        "The tables of an encoded chunk are damaged or cut short; restore it from another copy.");
  }
}

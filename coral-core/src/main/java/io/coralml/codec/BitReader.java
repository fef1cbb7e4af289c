package io.coralml.codec;

import io.coralml.CorruptDataException;

/** Reads what a {@link BitWriter} wrote, never beyond its end. For one thread. */
final class BitReader {
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
    int at = (int) (position >>> 3);
    long window = 0;
    for (int i = 0; i < 5; i++) {
      window = (window << 8) | (at + i < bytes.length ? bytes[at + i] & 0xFF : 0);
    }
    int behind = 40 - (int) (position & 7) - width;
    position += width;
    return (window >>> behind) & ((1L << width) - 1);
  }

  /** Reads a number as {@link BitWriter#putGamma} writes it. */
  long getGamma() {
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
    long number = getGamma();
    if (number > most) {
      throw damaged();
    }
    return (int) number;
  }

  /** Reads a number as {@link BitWriter#putRice} writes it; at most {@code most}. */
  int getRice(int width, int most) {
    int quotient = 0;
    while (get(1) == 1) {
      if (++quotient > most >>> width) {
        throw damaged();
      }
    }
    int number = (quotient << width) | (int) get(width);
    if (number > most) {
      throw damaged();
    }
    return number;
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

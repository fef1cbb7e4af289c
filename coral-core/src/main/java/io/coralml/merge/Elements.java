package io.coralml.merge;

import java.nio.ByteBuffer;

/** The bits of single elements in a little-endian buffer, right-aligned in a {@code long}. */
final class Elements {
  private Elements() {}

  /**
   * Returns the bits of element {@code index}, upper bits 0.
   *
   * @param width bytes per element: 1, 2, 4 or 8
   */
  static long get(ByteBuffer littleEndian, int width, int index) {
    return switch (width) {
      case 1 -> littleEndian.get(index) & 0xFFL;
      case 2 -> littleEndian.getShort(2 * index) & 0xFFFFL;
      case 4 -> littleEndian.getInt(4 * index) & 0xFFFF_FFFFL;
      case 8 -> littleEndian.getLong(8 * index);
      default -> throw new IllegalArgumentException("no element has " + width + " bytes");
    };
  }

  /** Writes the low bits of {@code bits} as element {@code index}. */
  static void put(ByteBuffer littleEndian, int width, int index, long bits) {
    switch (width) {
      case 1 -> littleEndian.put(index, (byte) bits);
      case 2 -> littleEndian.putShort(2 * index, (short) bits);
      case 4 -> littleEndian.putInt(4 * index, (int) bits);
      case 8 -> littleEndian.putLong(8 * index, bits);
      default -> throw new IllegalArgumentException("no element has " + width + " bytes");
    }
  }
}

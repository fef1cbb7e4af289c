package io.coralml.perf.comparators;

/**
 * A byte-wise range encoder with carry propagation: 32 bits of range, the bytes that a carry may
 * still change held back. Frequencies are out of 4096.
 */
final class RangeEncoder {
  private static final long RANGE = 0xFFFFFFFFL;
  private static final long SMALL = 1L << 24;

  private final byte[] out;
  private int position;
  private long low;
  private long range = RANGE;
  private int held;
  private int heldCount = 1;

  RangeEncoder(byte[] out, int position) {
    this.out = out;
    this.position = position;
  }

  void encode(int cumulative, int frequency) {
    range >>>= SymbolModel.TOTAL_BITS;
    low += range * cumulative;
    range *= frequency;
    while (range < SMALL) {
      range <<= Byte.SIZE;
      shift();
    }
  }

  /** Writes what is held back and returns the position behind the last byte. */
  int finish() {
    for (int i = 0; i < 5; i++) {
      shift();
    }
    return position;
  }

  private void shift() {
    if (low < 0xFF000000L || low > RANGE) {
      int carry = (int) (low >>> 32);
      out[position++] = (byte) (held + carry);
      for (; heldCount > 1; heldCount--) {
        out[position++] = (byte) (0xFF + carry);
      }
      held = (int) (low >>> 24) & 0xFF;
      heldCount = 0;
    }
    heldCount++;
    low = (low << Byte.SIZE) & RANGE;
  }
}

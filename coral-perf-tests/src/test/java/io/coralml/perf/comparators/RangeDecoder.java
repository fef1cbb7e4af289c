package io.coralml.perf.comparators;

/** The counterpart of {@link RangeEncoder}. */
final class RangeDecoder {
  private static final long SMALL = 1L << 24;

  private final byte[] in;
  private int position;
  private long code;
  private long range = 0xFFFFFFFFL;

  RangeDecoder(byte[] in, int position) {
    this.in = in;
    this.position = position + 1; // the encoder's first held byte is always 0
    for (int i = 0; i < Integer.BYTES; i++) {
      code = (code << Byte.SIZE) | (in[this.position++] & 0xFF);
    }
  }

  /** Returns where in 0 to 4095 the next symbol lies; {@link #remove} must follow. */
  int position() {
    range >>>= SymbolModel.TOTAL_BITS;
    return (int) Math.min(code / range, (1 << SymbolModel.TOTAL_BITS) - 1);
  }

  void remove(int cumulative, int frequency) {
    code -= range * cumulative;
    range *= frequency;
    while (range < SMALL) {
      code = (code << Byte.SIZE) | (in[position++] & 0xFF);
      range <<= Byte.SIZE;
    }
  }
}

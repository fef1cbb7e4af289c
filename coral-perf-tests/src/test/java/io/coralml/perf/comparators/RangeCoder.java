package io.coralml.perf.comparators;

import io.coralml.perf.models.FloatFormat;

/**
 * The difference of target and base in the order of the numbers; its sign and bit length by an
 * adaptive range coder, the bits below the leading one verbatim. As FM-Delta does ("FM-Delta:
 * Lossless Compression for Storing Massive Fine-tuned Foundation Models", 2024).
 *
 * <p>Symbol 0 is no difference; symbol 2 n - 1 a positive and 2 n a negative difference of n bits.
 */
final class RangeCoder implements ReferenceCodec {
  private final int width;
  private final byte[] verbatim;

  RangeCoder(FloatFormat format) {
    this.width = format.bytes();
    this.verbatim = new byte[width * Blocks.ELEMENTS + Long.BYTES];
  }

  @Override
  public String name() {
    return "range coder on differences";
  }

  @Override
  public boolean usesBase() {
    return true;
  }

  @Override
  public int maxEncodedLength(int length) {
    // A rare symbol costs up to 12 bits on top of the verbatim ones.
    return Blocks.bound(length + length / width * 3, 2 * (length / width / Blocks.ELEMENTS + 1));
  }

  @Override
  public int encode(byte[] target, byte[] base, byte[] out) {
    Blocks blocks = new Blocks(out);
    SymbolModel model = new SymbolModel(2 * 8 * width + 1);
    for (int from = 0; from < target.length; from += width * Blocks.ELEMENTS) {
      int count = Math.min(Blocks.ELEMENTS, (target.length - from) / width);
      RangeEncoder range = new RangeEncoder(out, blocks.open());
      int bitsHeld = 0;
      long bits = 0;
      int verbatimLength = 0;
      for (int i = 0; i < count; i++) {
        int at = from + width * i;
        long difference = signed(ordered(target, at) - ordered(base, at));
        long magnitude = Math.abs(difference);
        int length = Long.SIZE - Long.numberOfLeadingZeros(magnitude);
        int symbol = 2 * length - (difference > 0 ? 1 : 0);
        range.encode(model.cumulative(symbol), model.frequency(symbol));
        model.saw(symbol);
        if (length > 1) {
          bits |= (magnitude & ~(1L << (length - 1))) << bitsHeld;
          bitsHeld += length - 1;
          while (bitsHeld >= Byte.SIZE) {
            verbatim[verbatimLength++] = (byte) bits;
            bits >>>= Byte.SIZE;
            bitsHeld -= Byte.SIZE;
          }
        }
      }
      verbatim[verbatimLength++] = (byte) bits;
      blocks.wrote(range.finish() - blocks.open());
      System.arraycopy(verbatim, 0, out, blocks.open(), verbatimLength);
      blocks.wrote(verbatimLength);
    }
    return blocks.position();
  }

  @Override
  public void decode(byte[] encoded, byte[] base, byte[] target) {
    Blocks blocks = new Blocks(encoded);
    SymbolModel model = new SymbolModel(2 * 8 * width + 1);
    for (int from = 0; from < target.length; from += width * Blocks.ELEMENTS) {
      int count = Math.min(Blocks.ELEMENTS, (target.length - from) / width);
      RangeDecoder range = new RangeDecoder(encoded, blocks.open());
      blocks.next();
      int next = blocks.open();
      int bitsHeld = 0;
      long bits = 0;
      for (int i = 0; i < count; i++) {
        int symbol = model.symbolAt(range.position());
        range.remove(model.cumulative(symbol), model.frequency(symbol));
        model.saw(symbol);
        int length = (symbol + 1) / 2;
        long magnitude = length;
        if (length > 1) {
          while (bitsHeld < length - 1) {
            bits |= (encoded[next++] & 0xFFL) << bitsHeld;
            bitsHeld += Byte.SIZE;
          }
          long leading = 1L << (length - 1);
          magnitude = leading | (bits & (leading - 1));
          bits >>>= length - 1;
          bitsHeld -= length - 1;
        }
        int at = from + width * i;
        putOrdered(target, at, ordered(base, at) + ((symbol & 1) == 1 ? magnitude : -magnitude));
      }
      blocks.next();
    }
  }

  /**
   * Returns what a perfect coder with one fixed table would need: the entropy of the symbols and
   * the verbatim bits.
   */
  static double idealBytes(FloatFormat format, byte[] target, byte[] base) {
    RangeCoder coder = new RangeCoder(format);
    int elements = target.length / coder.width;
    int[] counts = new int[2 * 8 * coder.width + 1];
    double bits = 0;
    for (int i = 0; i < elements; i++) {
      int at = i * coder.width;
      long difference = coder.signed(coder.ordered(target, at) - coder.ordered(base, at));
      int length = Long.SIZE - Long.numberOfLeadingZeros(Math.abs(difference));
      counts[2 * length - (difference > 0 ? 1 : 0)]++;
      bits += Math.max(0, length - 1);
    }
    for (int count : counts) {
      bits += count == 0 ? 0 : count * Math.log((double) elements / count) / Math.log(2);
    }
    return bits / Byte.SIZE;
  }

  /** Returns an element's place in the order of the numbers, from 0 on. */
  private long ordered(byte[] bytes, int at) {
    if (width == 2) {
      int bits = (short) Blocks.SHORTS.get(bytes, at) & 0xFFFF;
      return (bits & 0x8000) == 0 ? bits | 0x8000 : ~bits & 0xFFFF;
    }
    int bits = (int) Blocks.INTS.get(bytes, at);
    return (bits >= 0 ? bits | 0x80000000 : ~bits) & 0xFFFFFFFFL;
  }

  private void putOrdered(byte[] bytes, int at, long place) {
    if (width == 2) {
      int bits = (int) place & 0xFFFF;
      Blocks.SHORTS.set(bytes, at, (short) ((bits & 0x8000) != 0 ? bits & 0x7FFF : ~bits));
    } else {
      int bits = (int) place;
      Blocks.INTS.set(bytes, at, bits < 0 ? bits & 0x7FFFFFFF : ~bits);
    }
  }

  private long signed(long difference) {
    return width == 2 ? (short) difference : (int) difference;
  }
}

package io.coralml.perf.comparators;

import io.coralml.perf.models.FloatFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Each element rotated left by one bit, so that its exponent fills the top byte; the top bytes
 * through Huffman coding, all other bytes verbatim, in blocks of 256 Ki elements. As ZipNN does
 * ("ZipNN: Lossless Compression for AI Models", 2024).
 */
final class ExponentSplit implements ReferenceCodec {
  private final int width;
  private final byte[] exponents = new byte[Blocks.ELEMENTS];
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);

  ExponentSplit(FloatFormat format) {
    this.width = format.bytes();
    deflater.setStrategy(Deflater.HUFFMAN_ONLY);
  }

  @Override
  public String name() {
    return "exponent split + Huffman";
  }

  @Override
  public boolean usesBase() {
    return false;
  }

  @Override
  public int maxEncodedLength(int length) {
    return Blocks.bound(length, 2 * (length / width / Blocks.ELEMENTS + 1));
  }

  @Override
  public int encode(byte[] target, byte[] base, byte[] out) {
    Blocks blocks = new Blocks(out);
    int rest = width - 1;
    for (int from = 0; from < target.length; from += width * Blocks.ELEMENTS) {
      int count = Math.min(Blocks.ELEMENTS, (target.length - from) / width);
      int at = blocks.open();
      for (int i = 0; i < count; i++) {
        int bits = rotated(target, from + width * i);
        exponents[i] = (byte) (bits >>> (8 * rest));
        for (int k = 0; k < rest; k++) {
          out[at + rest * i + k] = (byte) (bits >>> (8 * k));
        }
      }
      blocks.wrote(rest * count);
      deflater.reset();
      deflater.setInput(exponents, 0, count);
      deflater.finish();
      at = blocks.open();
      int length = 0;
      while (!deflater.finished()) {
        length += deflater.deflate(out, at + length, out.length - at - length);
      }
      blocks.wrote(length);
    }
    return blocks.position();
  }

  @Override
  public void decode(byte[] encoded, byte[] base, byte[] target) {
    Blocks blocks = new Blocks(encoded);
    int rest = width - 1;
    for (int from = 0; from < target.length; from += width * Blocks.ELEMENTS) {
      int count = Math.min(Blocks.ELEMENTS, (target.length - from) / width);
      int verbatim = blocks.open();
      blocks.next();
      inflate(encoded, blocks.open(), blocks.length(), count);
      blocks.next();
      for (int i = 0; i < count; i++) {
        int bits = (exponents[i] & 0xFF) << (8 * rest);
        for (int k = 0; k < rest; k++) {
          bits |= (encoded[verbatim + rest * i + k] & 0xFF) << (8 * k);
        }
        if (width == 2) {
          Blocks.SHORTS.set(target, from + 2 * i, (short) ((bits >>> 1) | (bits << 15)));
        } else {
          Blocks.INTS.set(target, from + 4 * i, Integer.rotateRight(bits, 1));
        }
      }
    }
  }

  private void inflate(byte[] encoded, int from, int length, int count) {
    inflater.reset();
    inflater.setInput(encoded, from, length);
    try {
      int done = 0;
      while (done < count) {
        int some = inflater.inflate(exponents, done, count - done);
        if (some == 0) {
          throw new IllegalStateException("The exponents are cut short");
        }
        done += some;
      }
    } catch (DataFormatException e) {
      throw new IllegalStateException("The exponents are damaged", e);
    }
  }

  /** Returns the element rotated left by one, in its low bits. */
  private int rotated(byte[] target, int at) {
    if (width == 2) {
      int bits = (short) Blocks.SHORTS.get(target, at) & 0xFFFF;
      return ((bits << 1) | (bits >>> 15)) & 0xFFFF;
    }
    return Integer.rotateLeft((int) Blocks.INTS.get(target, at), 1);
  }
}

package io.coralml.perf.comparators;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.coralml.perf.models.FloatFormat;

/**
 * Byte k of every element together, then zstd, in blocks of 256 Ki elements; with a base, of the
 * target's bits XOR the base's, as ZipLLM's BitX does ("ZipLLM: Efficient LLM Storage via
 * Model-Aware Synergistic Data Deduplication and Compression", 2025).
 */
final class PlaneZstd implements ReferenceCodec {
  private static final byte[] NONE = {};

  // Every second byte of a long; then every second pair.
  private static final long EVEN_BYTES = 0x00FF00FF00FF00FFL;
  private static final long EVEN_PAIRS = 0x0000FFFF0000FFFFL;

  private final int level;
  private final boolean xor;
  private final int width;
  private final byte[][] planes;
  private final ZstdCompressCtx compressor;
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

  PlaneZstd(FloatFormat format, int level, boolean xor) {
    this.level = level;
    this.xor = xor;
    this.width = format.bytes();
    this.planes = new byte[width][Blocks.ELEMENTS];
    this.compressor = new ZstdCompressCtx().setLevel(level);
  }

  @Override
  public String name() {
    return (xor ? "XOR + planes + zstd-" : "planes + zstd-") + level;
  }

  @Override
  public boolean usesBase() {
    return xor;
  }

  @Override
  public int maxEncodedLength(int length) {
    return Blocks.bound(length, width * (length / width / Blocks.ELEMENTS + 1));
  }

  @Override
  public int encode(byte[] target, byte[] base, byte[] out) {
    Blocks blocks = new Blocks(out);
    byte[] other = xor ? base : NONE;
    for (int from = 0; from < target.length; from += width * Blocks.ELEMENTS) {
      int count = Math.min(Blocks.ELEMENTS, (target.length - from) / width);
      split(target, other, from, count);
      for (byte[] plane : planes) {
        int at = blocks.open();
        blocks.wrote(compressor.compressByteArray(out, at, out.length - at, plane, 0, count));
      }
    }
    return blocks.position();
  }

  @Override
  public void decode(byte[] encoded, byte[] base, byte[] target) {
    Blocks blocks = new Blocks(encoded);
    byte[] other = xor ? base : NONE;
    for (int from = 0; from < target.length; from += width * Blocks.ELEMENTS) {
      int count = Math.min(Blocks.ELEMENTS, (target.length - from) / width);
      for (byte[] plane : planes) {
        decompressor.decompressByteArray(plane, 0, count, encoded, blocks.open(), blocks.length());
        blocks.next();
      }
      join(target, other, from, count);
    }
  }

  /** Eight bytes at a time: moving single bytes is several times slower under HotSpot. */
  private void split(byte[] target, byte[] other, int from, int count) {
    int i = 0;
    if (width == 2) {
      byte[] low = planes[0];
      byte[] high = planes[1];
      for (; i + 4 <= count; i += 4) {
        long bits = (long) Blocks.LONGS.get(target, from + 2 * i);
        if (other.length != 0) {
          bits ^= (long) Blocks.LONGS.get(other, from + 2 * i);
        }
        Blocks.INTS.set(low, i, gather(bits));
        Blocks.INTS.set(high, i, gather(bits >>> 8));
      }
    } else {
      for (; i < count; i++) {
        int bits = (int) Blocks.INTS.get(target, from + 4 * i);
        if (other.length != 0) {
          bits ^= (int) Blocks.INTS.get(other, from + 4 * i);
        }
        planes[0][i] = (byte) bits;
        planes[1][i] = (byte) (bits >>> 8);
        planes[2][i] = (byte) (bits >>> 16);
        planes[3][i] = (byte) (bits >>> 24);
      }
    }
    for (; i < count; i++) {
      for (int k = 0; k < width; k++) {
        int at = from + width * i + k;
        planes[k][i] = (byte) (other.length != 0 ? target[at] ^ other[at] : target[at]);
      }
    }
  }

  private void join(byte[] target, byte[] other, int from, int count) {
    int i = 0;
    if (width == 2) {
      byte[] low = planes[0];
      byte[] high = planes[1];
      for (; i + 4 <= count; i += 4) {
        long bits =
            scatter((int) Blocks.INTS.get(low, i)) | (scatter((int) Blocks.INTS.get(high, i)) << 8);
        if (other.length != 0) {
          bits ^= (long) Blocks.LONGS.get(other, from + 2 * i);
        }
        Blocks.LONGS.set(target, from + 2 * i, bits);
      }
    } else {
      for (; i < count; i++) {
        int bits =
            (planes[0][i] & 0xFF)
                | ((planes[1][i] & 0xFF) << 8)
                | ((planes[2][i] & 0xFF) << 16)
                | (planes[3][i] << 24);
        if (other.length != 0) {
          bits ^= (int) Blocks.INTS.get(other, from + 4 * i);
        }
        Blocks.INTS.set(target, from + 4 * i, bits);
      }
    }
    for (; i < count; i++) {
      for (int k = 0; k < width; k++) {
        int at = from + width * i + k;
        target[at] = (byte) (other.length != 0 ? planes[k][i] ^ other[at] : planes[k][i]);
      }
    }
  }

  /** Returns bytes 0, 2, 4 and 6. */
  private static int gather(long bits) {
    long even = bits & EVEN_BYTES;
    even = (even | (even >>> 8)) & EVEN_PAIRS;
    return (int) (even | (even >>> 16));
  }

  /** Puts four bytes to places 0, 2, 4 and 6. */
  private static long scatter(int bytes) {
    long even = bytes & 0xFFFFFFFFL;
    even = (even | (even << 16)) & EVEN_PAIRS;
    return (even | (even << 8)) & EVEN_BYTES;
  }
}

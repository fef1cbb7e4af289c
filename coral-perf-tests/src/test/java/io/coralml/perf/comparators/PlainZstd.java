package io.coralml.perf.comparators;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;

/** The bytes as they are, in blocks of 256 KiB, each through zstd. */
final class PlainZstd implements ReferenceCodec {
  private static final int BLOCK_BYTES = 256 << 10;

  private final int level;
  private final ZstdCompressCtx compressor;
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

  PlainZstd(int level) {
    this.level = level;
    this.compressor = new ZstdCompressCtx().setLevel(level);
  }

  @Override
  public String name() {
    return "zstd-" + level;
  }

  @Override
  public boolean usesBase() {
    return false;
  }

  @Override
  public int maxEncodedLength(int length) {
    return Blocks.bound(length, length / BLOCK_BYTES + 1);
  }

  @Override
  public int encode(byte[] target, byte[] base, byte[] out) {
    Blocks blocks = new Blocks(out);
    for (int from = 0; from < target.length; from += BLOCK_BYTES) {
      int length = Math.min(BLOCK_BYTES, target.length - from);
      int at = blocks.open();
      blocks.wrote(compressor.compressByteArray(out, at, out.length - at, target, from, length));
    }
    return blocks.position();
  }

  @Override
  public void decode(byte[] encoded, byte[] base, byte[] target) {
    Blocks blocks = new Blocks(encoded);
    for (int from = 0; from < target.length; from += BLOCK_BYTES) {
      int length = Math.min(BLOCK_BYTES, target.length - from);
      decompressor.decompressByteArray(
          target, from, length, encoded, blocks.open(), blocks.length());
      blocks.next();
    }
  }
}

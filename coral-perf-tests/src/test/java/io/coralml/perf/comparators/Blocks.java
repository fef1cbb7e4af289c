package io.coralml.perf.comparators;

import com.github.luben.zstd.Zstd;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where a codec stores its streams: one after the other, each a length in 4 little-endian bytes and
 * that many bytes. For one thread.
 */
final class Blocks {
  /** Elements in a block of every codec that works on elements. */
  static final int ELEMENTS = 256 << 10;

  static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int position;

  Blocks(byte[] bytes) {
    this.bytes = bytes;
  }

  int position() {
    return position;
  }

  /** Returns where the next stream's bytes go; {@link #wrote} must follow. */
  int open() {
    return position + Integer.BYTES;
  }

  void wrote(int length) {
    INTS.set(bytes, position, length);
    position += Integer.BYTES + length;
  }

  /** Returns the length of the next stream; its bytes begin at {@link #open}. */
  int length() {
    return (int) INTS.get(bytes, position);
  }

  void next() {
    position += Integer.BYTES + length();
  }

  /** Returns room for that many bytes in streams of at least a kilobyte, incompressible. */
  static int bound(int length, int streams) {
    return length + length / 256 + streams * 1024 + (int) Zstd.compressBound(0);
  }
}

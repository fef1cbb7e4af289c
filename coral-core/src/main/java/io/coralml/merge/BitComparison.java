package io.coralml.merge;

import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;

/** Counts changed elements of dtypes whose values are not interpreted: packed and opaque ones. */
final class BitComparison {
  private BitComparison() {}

  static TensorComparison of(TensorSource before, TensorSource after) {
    DType dtype = before.dtype();
    int bits = dtype.kind() == DType.Kind.PACKED ? dtype.bits() : Byte.SIZE;
    // The fewest whole bytes that hold whole elements: one for 4 bits, three for 6.
    int group = bits / greatestCommonDivisor(bits, Byte.SIZE);
    BlockCursor cursor = new BlockCursor(before.byteLength() / group, before, after);
    long changed = 0;
    while (cursor.next()) {
      for (int i = 0; i < cursor.length(); i++) {
        long difference = bytes(cursor.block(0), i, group) ^ bytes(cursor.block(1), i, group);
        for (int at = 0; difference >>> at != 0; at += bits) {
          changed += (difference >>> at & ((1L << bits) - 1)) == 0 ? 0 : 1;
        }
      }
    }
    long elements = before.byteLength() / group * (group * Byte.SIZE / bits);
    return new TensorComparison(elements, changed, 0, Double.NaN, Double.NaN, Double.NaN);
  }

  private static long bytes(ByteBuffer block, int index, int group) {
    long bits = 0;
    for (int i = 0; i < group; i++) {
      bits |= (block.get(index * group + i) & 0xFFL) << (Byte.SIZE * i);
    }
    return bits;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}

package io.coralml.perf.models;

import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;

/** Compares tensors that are too large to be held. */
public final class Streams {
  private static final int BLOCK_BYTES = 4 << 20;

  private Streams() {}

  /** Counts the bytes in which two tensors of one length differ, block by block. */
  public static long differentBytes(TensorSource expected, TensorSource actual) {
    if (expected.byteLength() != actual.byteLength()) {
      throw new IllegalArgumentException(
          "Tensors of " + expected.byteLength() + " and " + actual.byteLength() + " bytes");
    }
    int size = (int) Math.min(BLOCK_BYTES, expected.byteLength());
    ByteBuffer left = ByteBuffer.allocate(size);
    ByteBuffer right = ByteBuffer.allocate(size);
    long different = 0;
    for (long at = 0; at < expected.byteLength(); at += size) {
      int length = (int) Math.min(size, expected.byteLength() - at);
      expected.read(at, left.clear().limit(length));
      actual.read(at, right.clear().limit(length));
      left.flip();
      right.flip();
      while (left.hasRemaining()) {
        int same = left.mismatch(right);
        if (same < 0) {
          break;
        }
        different++;
        left.position(left.position() + same + 1);
        right.position(right.position() + same + 1);
      }
    }
    return different;
  }
}

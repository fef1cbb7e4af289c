package io.coralml.merge;

import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads several tensors side by side, block after block from the first element to the last, with
 * one buffer of at most 1 MiB for each. Not thread-safe.
 */
final class BlockCursor {
  /** Bytes of a block of the widest tensor, at most. */
  static final int BLOCK_BYTES = 1 << 20;

  private final TensorSource[] sources;
  private final ByteBuffer[] blocks;
  private final int[] widths;
  private final long units;
  private final int unitsPerBlock;
  private long position;
  private int length;

  /**
   * @param units in how many equal parts each tensor is counted, usually its elements; every
   *     tensor's length in bytes is a multiple of it
   * @param sources the tensors
   */
  BlockCursor(long units, TensorSource... sources) {
    this.units = units;
    this.sources = sources.clone();
    this.blocks = new ByteBuffer[sources.length];
    this.widths = new int[sources.length];
    int widest = 1;
    for (int i = 0; i < sources.length && units > 0; i++) {
      widths[i] = Math.toIntExact(sources[i].byteLength() / units);
      widest = Math.max(widest, widths[i]);
    }
    this.unitsPerBlock = (int) Math.min(units, BLOCK_BYTES / widest);
    for (int i = 0; i < sources.length; i++) {
      blocks[i] = ByteBuffer.allocate(unitsPerBlock * widths[i]).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Reads the next block of every tensor; false when the last was read. */
  boolean next() {
    position += length;
    length = (int) Math.min(unitsPerBlock, units - position);
    for (int i = 0; i < sources.length && length > 0; i++) {
      sources[i].read(position * widths[i], blocks[i].clear().limit(length * widths[i]));
      blocks[i].flip();
    }
    return length > 0;
  }

  /** Returns the number of units in the current block. */
  int length() {
    return length;
  }

  /** Returns bytes per unit of a tensor. */
  int width(int source) {
    return widths[source];
  }

  /** Returns the current block of a tensor: little-endian, position 0, valid until the next. */
  ByteBuffer block(int source) {
    return blocks[source];
  }

  /** Returns the bits of an element of the current block. */
  long bits(int source, int index) {
    return Elements.get(blocks[source], widths[source], index);
  }

  /** Returns whether two tensors have the same dtype, shape and bits; stops at a difference. */
  static boolean sameBits(TensorSource one, TensorSource other) {
    if (!one.dtype().equals(other.dtype())
        || !one.shape().equals(other.shape())
        || one.byteLength() != other.byteLength()) {
      return false;
    }
    BlockCursor cursor = new BlockCursor(one.byteLength(), one, other);
    while (cursor.next()) {
      if (!cursor.block(0).equals(cursor.block(1))) {
        return false;
      }
    }
    return true;
  }
}

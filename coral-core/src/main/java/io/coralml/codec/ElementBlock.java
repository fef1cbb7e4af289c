package io.coralml.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Blocks of a chunk's elements as 32-bit words, in an order that vectorises.
 *
 * <h2>Specification, format 1</h2>
 *
 * A chunk is cut into blocks of {@value #SIZE} elements; the last may be shorter. Elements of 1 or
 * 2 bytes are taken from little-endian 32-bit words, the last one filled up with zero bytes: with r
 * elements to a word and w words in the block, element j * r + i of the block stands in slot i * w
 * + j. Wider elements stand in their own order. Slots that no element fills hold 0 in the base, and
 * in the target a value of the encoder's choice.
 *
 * <p>So the parts of a word are separated by one shift or mask over whole arrays of int, which C2
 * turns into vector instructions; conversions between arrays of short and int it does not.
 */
final class ElementBlock {
  /** Elements of a full block. */
  static final int SIZE = 2048;

  private ElementBlock() {}

  /** Returns how many slots a block of that many elements fills. */
  static int slots(int elements, int width) {
    int perWord = Math.max(1, 4 / width);
    return (elements + perWord - 1) / perWord * perWord;
  }

  /**
   * Loads a block of elements of 1, 2 or 4 bytes.
   *
   * @param raw little-endian, position 0 at the chunk's first byte
   * @param words scratch of {@value #SIZE} words
   * @param part likewise
   */
  static void load(
      ByteBuffer raw, int width, int first, int elements, int[] words, int[] part, int[] into) {
    int bytes = elements * width;
    int count = (bytes + 3) / 4;
    int[] target = width == 4 ? into : words;
    words(raw, first * width, target, bytes / 4);
    for (int i = bytes & ~3; i < bytes; i++) {
      target[count - 1] =
          ((i & 3) == 0 ? 0 : target[count - 1])
              | (raw.get(first * width + i) & 0xFF) << (8 * (i & 3));
    }
    if (width == 2) {
      halves(words, into, part, count);
      System.arraycopy(part, 0, into, count, count);
    } else if (width == 1) {
      for (int lane = 0; lane < 4; lane++) {
        split(words, part, count, 8 * lane);
        System.arraycopy(part, 0, into, lane * count, count);
      }
    }
  }

  // Loops index all arrays by the loop variable alone, and parts are copied to their place: with a
  // distance added to the index C2 would not vectorise them.
  private static void halves(int[] words, int[] lower, int[] upper, int count) {
    for (int i = 0; i < count; i++) {
      lower[i] = words[i] & 0xFFFF;
      upper[i] = words[i] >>> 16;
    }
  }

  private static void split(int[] words, int[] part, int count, int shift) {
    for (int i = 0; i < count; i++) {
      part[i] = (words[i] >>> shift) & 0xFF;
    }
  }

  /** Stores what {@link #load} loads. */
  static void store(
      int[] from, int[] words, int[] part, ByteBuffer raw, int width, int first, int elements) {
    int bytes = elements * width;
    int count = (bytes + 3) / 4;
    int[] source = width == 4 ? from : words;
    if (width == 2) {
      System.arraycopy(from, count, part, 0, count);
      join(from, part, words, count);
    } else if (width == 1) {
      Arrays.fill(words, 0, count, 0);
      for (int lane = 0; lane < 4; lane++) {
        System.arraycopy(from, lane * count, part, 0, count);
        join(part, words, count, 8 * lane);
      }
    }
    putWords(source, raw, first * width, bytes / 4);
    for (int i = bytes & ~3; i < bytes; i++) {
      raw.put(first * width + i, (byte) (source[count - 1] >>> (8 * (i & 3))));
    }
  }

  private static void join(int[] lower, int[] upper, int[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = (lower[i] & 0xFFFF) | (upper[i] << 16);
    }
  }

  private static void join(int[] part, int[] words, int count, int shift) {
    for (int i = 0; i < count; i++) {
      words[i] |= (part[i] & 0xFF) << shift;
    }
  }

  /**
   * Reads words from one byte on.
   *
   * @param raw little-endian
   */
  static void words(ByteBuffer raw, int position, int[] into, int count) {
    raw.slice(position, count * 4).order(raw.order()).asIntBuffer().get(into, 0, count);
  }

  /** Writes what {@link #words} reads. */
  static void putWords(int[] from, ByteBuffer raw, int position, int count) {
    raw.slice(position, count * 4).order(raw.order()).asIntBuffer().put(from, 0, count);
  }

  /** Loads a block of elements of 8 bytes. */
  static void load(ByteBuffer raw, int first, int elements, long[] into) {
    raw.slice(first * 8, elements * 8).order(raw.order()).asLongBuffer().get(into, 0, elements);
  }

  /** Stores a block of elements of 8 bytes. */
  static void store(long[] from, ByteBuffer raw, int first, int elements) {
    raw.slice(first * 8, elements * 8).order(raw.order()).asLongBuffer().put(from, 0, elements);
  }
}

package io.coralml.codec;

import io.coralml.CorruptDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Chunks of which a few elements differ from the base.
 *
 * <h2>Specification, format 1</h2>
 *
 * <table>
 * <caption>The body of a sparse chunk</caption>
 * <tr><th>bits</th><th>content</th></tr>
 * <tr><td>32</td><td>number of elements that differ, at least 1</td></tr>
 * <tr><td>5</td><td>Rice width</td></tr>
 * <tr><td>Rice each</td><td>the first one's place in the chunk, then how many equal elements lie
 * between each and the next, as {@link BitWriter} writes it; zero bits to a whole byte</td></tr>
 * <tr><td>…</td><td>to the end: the elements that differ, one behind the other, as a chunk of their
 * own, mode byte first. Its base, if it has one, are the base's elements at their places. It is not
 * sparse and not equal to its base</td></tr>
 * </table>
 */
final class SparseChunk {
  private SparseChunk() {}

  /**
   * Finds the elements that differ.
   *
   * @return their places, ascending; {@code most + 1} of them if there are more than {@code most}
   */
  static int[] changes(ByteBuffer target, ByteBuffer base, int width, int most) {
    int[] places = new int[Math.min(256, most + 1)];
    int count = 0;
    int limit = target.remaining();
    ByteBuffer a = target.slice();
    ByteBuffer b = base.slice();
    int at = 0;
    while (at < limit && count <= most) {
      int same = a.position(at).mismatch(b.position(at));
      if (same < 0) {
        break;
      }
      int element = (at + same) / width;
      if (count == places.length) {
        places = Arrays.copyOf(places, Math.min(2 * count, most + 1));
      }
      places[count++] = element;
      at = (element + 1) * width;
    }
    return Arrays.copyOf(places, count);
  }

  /** Copies the elements at these places one behind the other. */
  static ByteBuffer gather(ByteBuffer from, int[] places, int width) {
    ByteBuffer out = ByteBuffer.allocate(places.length * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < places.length; i++) {
      out.put(i * width, from, places[i] * width, width);
    }
    return out;
  }

  /** Puts elements at their places. */
  static void scatter(ByteBuffer elements, ByteBuffer into, int[] places, int width) {
    for (int i = 0; i < places.length; i++) {
      into.put(places[i] * width, elements, i * width, width);
    }
  }

  /** Returns the mode byte and the places. */
  static byte[] writePlaces(int[] places) {
    int best = 0;
    long bestBits = Long.MAX_VALUE;
    for (int width = 0; width < 24; width++) {
      long bits = 0;
      int next = 0;
      for (int place : places) {
        bits += ((place - next) >>> width) + 1 + width;
        next = place + 1;
      }
      if (bits < bestBits) {
        bestBits = bits;
        best = width;
      }
    }
    BitWriter out = new BitWriter((int) (bestBits / 8) + 16);
    out.put(ChunkMode.SPARSE.code(), 8);
    out.put(places.length, 32);
    out.put(best, 5);
    int next = 0;
    for (int place : places) {
      out.putRice(place - next, best);
      next = place + 1;
    }
    return out.toBytes();
  }

  /**
   * Reads the places.
   *
   * @param bits how many bits there are, which bounds how many places there can be
   */
  static int[] readPlaces(BitReader in, int elements, long bits) {
    long count = in.get(32);
    int width = (int) in.get(5);
    if (count < 1 || count > elements || count > bits) {
      throw new CorruptDataException(
          "A sparse chunk is damaged: " + count + " changes in " + elements + " elements.");
    }
    int[] places = new int[(int) count];
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = next + in.getRice(width, elements - 1 - next);
      next = places[i] + 1;
      if (next >= elements && i + 1 < places.length) {
        throw new CorruptDataException("A sparse chunk is damaged: a change beyond its end.");
      }
    }
    return places;
  }
}

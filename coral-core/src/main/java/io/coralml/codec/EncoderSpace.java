package io.coralml.codec;

import java.util.Arrays;

/**
 * The arrays one encoding thread works in, kept from chunk to chunk and as large as the largest
 * chunk needed: a small tensor takes little. For one thread at a time.
 */
final class EncoderSpace {
  // Of a block, each.
  int[] words = new int[0];
  int[] part = new int[0];
  int[] target = new int[0];
  int[] base = new int[0];
  int[] difference = new int[0];
  int[] exponents = new int[0];
  int[] rows = new int[0];
  int[] upper = new int[0];
  int[] places = new int[0];

  final int[] counts = new int[ChunkModel.MAX_SYMBOLS];
  final RansEncoder encoder = new RansEncoder();
  int[] histogram = new int[0];
  long[] reciprocals = new long[0];
  int[] ranges = new int[0];
  private int[] codes = new int[0];
  private short[] symbols = new short[0];
  private byte[] fields = new byte[0];
  private byte[] verbatim = new byte[0];
  private byte[] output = new byte[0];
  private long[] wideTarget = new long[0];
  private long[] wideBase = new long[0];

  /** Makes room for blocks of a chunk of that many slots. */
  void fit(int slots) {
    int block = Math.min(ElementBlock.SIZE, slots);
    if (words.length < block) {
      words = Apart.ints(block);
      part = Apart.ints(block);
      target = Apart.ints(block);
      base = Apart.ints(block);
      difference = Apart.ints(block);
      exponents = Apart.ints(block);
      rows = Apart.ints(block);
      upper = Apart.ints(block);
      places = Apart.ints(block + DeltaCodes.LIST_SLACK);
    }
  }

  /** Makes room in {@link #reciprocals} and {@link #ranges}. */
  void tables(int size) {
    if (ranges.length < size) {
      reciprocals = new long[size];
      ranges = new int[size];
    }
  }

  /** Returns room for the {@link CodePairs} of so many slots. */
  int[] codes(int slots) {
    int words = CodePairs.words(slots);
    if (codes.length < words) {
      codes = new int[words];
    }
    return codes;
  }

  short[] symbols(int size) {
    if (symbols.length < size) {
      symbols = new short[size];
    }
    return symbols;
  }

  byte[] fields(int bytes) {
    if (fields.length < bytes) {
      fields = new byte[bytes];
    }
    return fields;
  }

  /** Returns an array of at least that many bytes that is the caller's from now on. */
  byte[] takeOutput(int bytes) {
    byte[] taken = output.length < bytes ? new byte[bytes + bytes / 16] : output;
    output = new byte[0];
    return taken;
  }

  /** Takes back an array that nobody needs any more. */
  void keepOutput(byte[] bytes) {
    if (output.length < bytes.length) {
      output = bytes;
    }
  }

  /** Returns an array for verbatim bits, of any length; what it grew to may be given back. */
  byte[] verbatim() {
    return verbatim;
  }

  void verbatim(byte[] grown) {
    verbatim = grown;
  }

  long[] wideTarget() {
    if (wideTarget.length < words.length) {
      wideTarget = Apart.longs(words.length);
    }
    return wideTarget;
  }

  long[] wideBase() {
    if (wideBase.length < words.length) {
      wideBase = Apart.longs(words.length);
    }
    return wideBase;
  }

  /** Returns the histogram with at least that many counts, those all 0. */
  int[] clearHistogram(int size) {
    if (histogram.length < size) {
      histogram = new int[size];
    } else {
      Arrays.fill(histogram, 0, size, 0);
    }
    return histogram;
  }

  /** Returns the histogram with room for that many counts, those it has unchanged. */
  int[] growHistogram(int size) {
    if (histogram.length < size) {
      histogram = Arrays.copyOf(histogram, size);
    }
    return histogram;
  }
}

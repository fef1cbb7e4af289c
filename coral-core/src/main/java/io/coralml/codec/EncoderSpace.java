package io.coralml.codec;

import java.util.Arrays;

/** The arrays one encoding thread works in, kept from chunk to chunk. For one thread at a time. */
final class EncoderSpace {
  /** Log of how many codes a context has in the tables below. */
  static final int CODE_LOG = 10;

  final int[] words = new int[ElementBlock.SIZE];
  final int[] part = new int[ElementBlock.SIZE];
  final int[] target = new int[ElementBlock.SIZE];
  final int[] base = new int[ElementBlock.SIZE];
  final int[] difference = new int[ElementBlock.SIZE];
  final int[] exponents = new int[ElementBlock.SIZE];
  final int[] rows = new int[ElementBlock.SIZE];
  final int[] upper = new int[ElementBlock.SIZE];
  final int[] places = new int[ElementBlock.SIZE];
  final int[] histogram = new int[256 * Buckets.CODES];
  final int[] counts = new int[ChunkModel.MAX_SYMBOLS];
  final Rans.Encoder encoder = new Rans.Encoder();
  long[] reciprocals = new long[0];
  int[] ranges = new int[0];
  private char[] codes = new char[0];
  private byte[] symbols = new byte[0];
  private byte[] fields = new byte[0];
  private byte[] verbatim = new byte[0];
  private long[] wideTarget = new long[0];
  private long[] wideBase = new long[0];

  /** Makes room in {@link #reciprocals} and {@link #ranges}. */
  void tables(int size) {
    if (ranges.length < size) {
      reciprocals = new long[size];
      ranges = new int[size];
    }
  }

  char[] codes(int size) {
    if (codes.length < size) {
      codes = new char[size];
    }
    return codes;
  }

  byte[] symbols(int size) {
    if (symbols.length < size) {
      symbols = new byte[size];
    }
    return symbols;
  }

  byte[] fields(int bytes) {
    if (fields.length < bytes) {
      fields = new byte[bytes];
    }
    return fields;
  }

  byte[] verbatim(int bytes) {
    if (verbatim.length < bytes) {
      verbatim = new byte[bytes];
    }
    return verbatim;
  }

  long[] wideTarget() {
    if (wideTarget.length == 0) {
      wideTarget = new long[ElementBlock.SIZE];
    }
    return wideTarget;
  }

  long[] wideBase() {
    if (wideBase.length == 0) {
      wideBase = new long[ElementBlock.SIZE];
    }
    return wideBase;
  }

  void clearHistogram(int size) {
    Arrays.fill(histogram, 0, size, 0);
  }
}

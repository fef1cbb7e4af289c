package io.coralml.codec;

import java.util.Arrays;

/** The arrays one encoding thread works in, kept from chunk to chunk. For one thread at a time. */
final class EncoderSpace {
  final int[] words = new int[ElementBlock.SIZE];
  final int[] target = new int[ElementBlock.SIZE];
  final int[] base = new int[ElementBlock.SIZE];
  final int[] difference = new int[ElementBlock.SIZE];
  final int[] exponents = new int[ElementBlock.SIZE];
  final byte[] spread = new byte[1 << Ans.MAX_LOG];
  final int[] histogram = new int[256 * Buckets.CODES];
  long[] table = new long[0];
  final int[] counts = new int[ChunkModel.MAX_SYMBOLS];
  char[] states = new char[0];
  char[] codes = new char[0];
  private byte[] verbatim = new byte[0];
  private byte[] low = new byte[0];
  private byte[] symbols = new byte[0];
  private long[] wideTarget = new long[0];
  private long[] wideBase = new long[0];

  char[] states(int size) {
    if (states.length < size) {
      states = new char[size];
    }
    return states;
  }

  long[] table(int size) {
    if (table.length < size) {
      table = new long[size];
    }
    return table;
  }

  char[] codes(int size) {
    if (codes.length < size) {
      codes = new char[size];
    }
    return codes;
  }

  byte[] verbatim(int bytes) {
    if (verbatim.length < bytes) {
      verbatim = new byte[bytes];
    }
    return verbatim;
  }

  byte[] low(int bytes) {
    if (low.length < bytes) {
      low = new byte[bytes];
    }
    return low;
  }

  byte[] symbols(int bytes) {
    if (symbols.length < bytes) {
      symbols = new byte[bytes];
    }
    return symbols;
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

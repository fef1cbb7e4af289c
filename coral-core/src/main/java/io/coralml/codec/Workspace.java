package io.coralml.codec;

/** The arrays one decoding thread works in, kept from chunk to chunk. For one thread at a time. */
final class Workspace {
  int[] words = new int[0];
  int[] fields = new int[0];
  int[] part = new int[0];
  int[] target = new int[0];
  int[] base = new int[0];
  int[] exponents = new int[0];
  int[] offsets = new int[0];
  int[] entries = new int[0];
  int[] flags = new int[0];
  int[] places = new int[0];
  final int[] counts = new int[ChunkModel.MAX_SYMBOLS];
  final RansDecoder symbols = new RansDecoder();
  int[] table = new int[0];
  private long[] wideTarget = new long[0];
  private long[] wideBase = new long[0];
  private byte[] encoded = new byte[0];

  /**
   * Makes room for blocks of so many slots: a small tensor needs little, and one that is copied
   * from its base nothing.
   */
  void fit(int slots) {
    if (words.length < slots) {
      words = new int[slots];
      fields = new int[slots];
      part = new int[slots];
      target = new int[slots];
      base = new int[slots];
      exponents = new int[slots];
      offsets = new int[slots];
      entries = new int[slots];
      flags = new int[slots];
      places = new int[slots + DeltaCodes.LIST_SLACK];
    }
  }

  int[] table(int size) {
    if (table.length < size) {
      table = new int[size];
    }
    return table;
  }

  long[] wideTarget() {
    if (wideTarget.length < words.length) {
      wideTarget = new long[words.length];
    }
    return wideTarget;
  }

  long[] wideBase() {
    if (wideBase.length < words.length) {
      wideBase = new long[words.length];
    }
    return wideBase;
  }

  /** Returns an array of at least that many bytes; what is in it is left over. */
  byte[] encoded(int bytes) {
    if (encoded.length < bytes) {
      encoded = new byte[bytes];
    }
    return encoded;
  }
}

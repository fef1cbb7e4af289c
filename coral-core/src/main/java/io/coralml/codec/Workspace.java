package io.coralml.codec;

/** The arrays one decoding thread works in, kept from chunk to chunk. For one thread at a time. */
final class Workspace {
  final int[] words;
  final int[] fields;
  final int[] part;
  final int[] target;
  final int[] base;
  final int[] exponents;
  final int[] offsets;
  final int[] entries;
  // One place more: the one behind the last is written and not kept.
  final int[] places;
  final int[] counts = new int[ChunkModel.MAX_SYMBOLS];
  final Rans.Decoder symbols = new Rans.Decoder();
  int[] table = new int[0];
  private long[] wideTarget = new long[0];
  private long[] wideBase = new long[0];
  private byte[] encoded = new byte[0];

  /**
   * @param slots the most slots of a block: a small tensor needs little
   */
  Workspace(int slots) {
    words = new int[slots];
    fields = new int[slots];
    part = new int[slots];
    target = new int[slots];
    base = new int[slots];
    exponents = new int[slots];
    offsets = new int[slots];
    entries = new int[slots];
    places = new int[slots + 1];
  }

  int[] table(int size) {
    if (table.length < size) {
      table = new int[size];
    }
    return table;
  }

  long[] wideTarget() {
    if (wideTarget.length == 0) {
      wideTarget = new long[words.length];
    }
    return wideTarget;
  }

  long[] wideBase() {
    if (wideBase.length == 0) {
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

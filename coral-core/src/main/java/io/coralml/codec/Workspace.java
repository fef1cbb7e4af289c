package io.coralml.codec;

/** The arrays one thread works in, kept from chunk to chunk. For one thread at a time. */
final class Workspace {
  /** Exponent fields have at most 11 bits. */
  private static final int EXPONENTS = 1 << 11;

  final int[] words = new int[ElementBlock.SIZE];
  final int[] target = new int[ElementBlock.SIZE];
  final int[] base = new int[ElementBlock.SIZE];
  final int[] offsets = new int[ElementBlock.SIZE];
  final int[] relative = new int[ElementBlock.SIZE];
  final byte[] symbols = new byte[ElementBlock.SIZE];
  final int[] counts = new int[ChunkModel.MAX_SYMBOLS];
  final byte[] spread = new byte[1 << Ans.MAX_LOG];
  final int[] contextOffsets = new int[EXPONENTS];
  int[] table = new int[0];
  private long[] wideTarget = new long[0];
  private long[] wideBase = new long[0];
  private byte[] encoded = new byte[0];

  int[] table(int size) {
    if (table.length < size) {
      table = new int[size];
    }
    return table;
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

  /** Returns an array of at least that many bytes; what is in it is left over. */
  byte[] encoded(int bytes) {
    if (encoded.length < bytes) {
      encoded = new byte[bytes];
    }
    return encoded;
  }
}

package io.coralml.codec;

/**
 * The encoder's loops from a block's differences to codes: without branches, which a block's few
 * inexact differences would have the processor predict wrongly.
 */
final class DeltaCodes {
  /** Stands for a difference that is not exact until its code is found: behind all exact codes. */
  static final int NOT_EXACT = ChunkAssembly.BUCKETS - 1;

  private DeltaCodes() {}

  /** Finds the codes of differences in one context; flags are 1 where they are not exact. */
  static void find(int[] difference, int shift, int[] into, int[] flags, int count, int distance) {
    int most = 2 * distance;
    for (int i = 0; i < count; i++) {
      int code = (difference[i] >> shift) + distance;
      int outside = (code | (most - code)) >> 31;
      into[i] = code ^ ((code ^ NOT_EXACT) & outside);
      flags[i] = -outside;
    }
  }

  /**
   * Finds the codes of differences in their contexts; flags are 1 where they are not exact, or the
   * exponent is one of those with absolute symbols. One loop for everything: C2 vectorises it, and
   * memory is passed over once.
   */
  static void find(
      int[] difference,
      int shift,
      int[] exponents,
      int[] into,
      int[] flags,
      int count,
      int distance,
      int top,
      int last,
      int absoluteUpTo) {
    int most = 2 * distance;
    for (int i = 0; i < count; i++) {
      int exponent = exponents[i];
      int below = top - exponent;
      below &= ~(below >> 31);
      int beyond = below - last;
      int row = (last + (beyond & (beyond >> 31))) << EncoderSpace.CODE_LOG;
      int code = (difference[i] >> shift) + distance;
      int outside = (code | (most - code) | (exponent - absoluteUpTo - 1)) >> 31;
      into[i] = row + (code ^ ((code ^ NOT_EXACT) & outside));
      flags[i] = -outside;
    }
  }

  /** Keeps and counts all codes and lists where the flags are 1. */
  static int record(
      int[] rows, int[] flags, int count, char[] codes, int from, int[] histogram, int[] places) {
    int listed = 0;
    for (int i = 0; i < count; i++) {
      int code = rows[i];
      codes[from + i] = (char) code;
      histogram[code]++;
      places[listed] = i;
      listed += flags[i];
    }
    return listed;
  }
}

package io.coralml.codec;

/**
 * The codes of a chunk between the pass that finds them and the one that codes them, two to a word:
 * those of a block's first half in the low 16 bits, those of its second half in the high ones. So
 * they take no more room than an array of char, and are put there by loops that C2 vectorises.
 */
final class CodePairs {
  /** The words of a block, and how far a pair lies apart. */
  private static final int HALF = ElementBlock.SIZE / 2;

  private CodePairs() {}

  /** Returns the words that so many slots take. */
  static int words(int slots) {
    int last = slots % ElementBlock.SIZE;
    return slots / ElementBlock.SIZE * HALF + Math.min(last, HALF);
  }

  /**
   * Puts the codes of a block.
   *
   * @param codes below 2^16; changed
   * @param upper scratch, as long as a block
   */
  static void put(int[] codes, int count, int[] upper, int[] into, int block) {
    if (count > HALF) {
      System.arraycopy(codes, HALF, upper, 0, count - HALF);
      join(codes, upper, count - HALF);
    }
    System.arraycopy(codes, 0, into, block * HALF, Math.min(count, HALF));
  }

  /**
   * Puts as many codes as half a block has, of one half after the other; the last may be shorter.
   *
   * @param lower keeps the codes of a first half until those of its second half are put
   * @param half the number of this one
   */
  static void putHalf(int[] codes, int count, int[] lower, int[] into, int half) {
    if ((half & 1) == 0) {
      System.arraycopy(codes, 0, lower, 0, count);
      System.arraycopy(codes, 0, into, half / 2 * HALF, count);
    } else {
      join(lower, codes, count);
      System.arraycopy(lower, 0, into, half / 2 * HALF, HALF);
    }
  }

  private static void join(int[] codes, int[] upper, int count) {
    for (int i = 0; i < count; i++) {
      codes[i] |= upper[i] << 16;
    }
  }

  /** Returns where the word of a slot is. */
  static int word(int slot) {
    return slot / ElementBlock.SIZE * HALF + slot % HALF;
  }

  /** Returns how far the code of a slot is shifted up in its word. */
  static int shift(int slot) {
    return (slot & HALF) == 0 ? 0 : 16;
  }
}

package io.coralml.codec;

/**
 * Two slots to a symbol, so that the entropy coder has half as much to do.
 *
 * <h2>Specification, format 1</h2>
 *
 * A paired chunk ({@link ChunkMode#PAIRED}) has a base, elements of at most 4 bytes, one context
 * and an alphabet of at most {@value #SIDE} symbols. Of a block of n slots, h = ceil(n / 2), slot i
 * below h makes a pair with slot i + h. In the stream of {@link Rans} the slots of a block are its
 * h pairs in their order. The number of a pair is {@value #SIDE} times the number of its first
 * slot's symbol in the alphabet plus the number of its second slot's. If n is odd the last pair has
 * no second slot: its symbol is ignored and has no verbatim bits.
 *
 * <p>The frequencies in the model are those of {@value #SIDE} pairs for each symbol of the
 * alphabet, in the order of their numbers; pairs whose second symbol the alphabet does not have
 * have level 0. Low bits are stored as in every other chunk; verbatim bits pair by pair, those of
 * the first slot before those of the second.
 */
final class SlotPairs {
  /** The most symbols of the alphabet, and how far pairs with the next first symbol lie apart. */
  static final int SIDE = 16;

  /** The farthest exact difference: with one symbol for all others the alphabet is full. */
  static final int REACH = 7;

  /** How far a pair's first symbol is shifted up. */
  static final int LOG = 4;

  private SlotPairs() {}

  /** Returns how many pairs a block of so many slots has. */
  static int count(int slots) {
    return (slots + 1) / 2;
  }

  /**
   * Puts a block's symbols together.
   *
   * @param symbols of the slots; receives the pairs
   * @param flags of slots, as {@link DeltaCodes} sets them; receives those of pairs with such a
   *     slot
   * @param second scratch, half as long
   */
  static void join(int[] symbols, int[] flags, int slots, int[] second) {
    int pairs = count(slots);
    second[pairs - 1] = 0;
    System.arraycopy(symbols, pairs, second, 0, slots - pairs);
    joinSymbols(symbols, second, pairs);
    second[pairs - 1] = 0;
    System.arraycopy(flags, pairs, second, 0, slots - pairs);
    joinFlags(flags, second, pairs);
  }

  private static void joinSymbols(int[] symbols, int[] second, int count) {
    for (int i = 0; i < count; i++) {
      symbols[i] = (symbols[i] << LOG) | second[i];
    }
  }

  private static void joinFlags(int[] flags, int[] second, int count) {
    int[] set = DeltaCodes.FLAGS;
    for (int i = 0; i < count; i++) {
      int either = flags[i] | second[i];
      flags[i] = ((either | -either) >> 31) & set[i];
    }
  }

  /**
   * Takes pairs apart, as far as symbols stand in a row.
   *
   * @param entries of the decoder's table, one for each pair
   * @param mask of the pair in an entry
   * @param first what symbol 0 stands for
   * @param row symbols from here on are not in the row
   * @param low how far numbers are shifted up
   * @param into receives for each slot the number that its symbol would have in the row
   * @param flags receives those of pairs with a symbol that is not in the row
   * @param second scratch, half as long
   */
  static void split(
      int[] entries,
      int mask,
      int slots,
      int first,
      int row,
      int low,
      int[] into,
      int[] flags,
      int[] second) {
    int pairs = count(slots);
    split(entries, mask >>> LOG, first, low, into, second, pairs);
    flags(entries, row - 1, flags, pairs);
    System.arraycopy(second, 0, into, pairs, slots - pairs);
  }

  // Flags in a loop of their own: one that stored to three arrays, timed alone, was not vectorised.
  private static void split(
      int[] entries, int upper, int first, int low, int[] into, int[] second, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = (((entries[i] >>> LOG) & upper) + first) << low;
      second[i] = ((entries[i] & (SIDE - 1)) + first) << low;
    }
  }

  /**
   * Sets the flags of pairs with a symbol that is not in the row.
   *
   * @param entries of the decoder's table
   * @param most the last symbol in the row
   */
  static void flags(int[] entries, int most, int[] flags, int count) {
    int[] set = DeltaCodes.FLAGS;
    for (int i = 0; i < count; i++) {
      int one = (entries[i] >>> LOG) & (SIDE - 1);
      int other = entries[i] & (SIDE - 1);
      flags[i] = (((most - one) | (most - other)) >> 31) & set[i];
    }
  }

  /** Returns the symbol of a slot. */
  static int symbol(int[] entries, int mask, int slot, int pairs) {
    return slot < pairs ? (entries[slot] & mask) >>> LOG : entries[slot - pairs] & (SIDE - 1);
  }
}

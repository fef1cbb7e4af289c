package io.coralml.codec;

import java.nio.ByteBuffer;

/**
 * Decodes full blocks of a paired chunk ({@link SlotPairs}) in fewer steps than other blocks take:
 * a pair's two slots lie half a block apart, so that half a block of words has the low bits of all
 * slots, two to a word, and of elements of two bytes the bases and targets too. For one thread.
 */
final class WholePairs {
  private static final int PAIRS = ElementBlock.SIZE / 2;

  /** How far the second slot's half of a word is shifted up. */
  private static final int SECOND = 16;

  /** In half a word there is room for a symbol that is shifted up so far. */
  private static final int MOST_LOW = SECOND - SlotPairs.LOG;

  private static final int SYMBOL = SlotPairs.SIDE - 1;
  private static final int LOWEST = 0x0001_0001;
  private static final int TOP = 0x8000_8000;

  private final Workspace work;
  private final SymbolValues values;
  private final ElementForm form;
  // In arrays that other blocks use for something else: of words, or of a block's two halves.
  private int[] lows = new int[0];
  private int[] bases = new int[0];
  private int[] otherBases = new int[0];
  private int[] targets = new int[0];
  private int[] otherTargets = new int[0];

  WholePairs(Workspace work, SymbolValues values, ElementForm form) {
    this.work = work;
    this.values = values;
    this.form = form;
  }

  /** Returns whether full blocks of such elements can be decoded here. */
  static boolean take(ElementForm form) {
    return form.width() == 4
        ? form.low() < SECOND
        : form.width() == 2 && form.narrow() == 0 && form.low() <= MOST_LOW;
  }

  /**
   * Decodes a block; its symbols are in the workspace.
   *
   * @param base the chunk's base elements, position 0 at the first
   * @param out likewise, receives the targets; may be the base
   * @param first element of the block
   * @param in has the block's low fields
   * @param at where they begin
   * @return where they end
   */
  int decode(ByteBuffer base, ByteBuffer out, int first, byte[] in, int at) {
    lows = work.exponents;
    bases = work.words;
    otherBases = work.base;
    targets = work.target;
    otherTargets = work.part;
    int end = LowFields.pairs(in, at, form.low(), work.part, work.fields, lows);
    int position = first * form.width();
    ElementBlock.words(base, position, bases, PAIRS);
    if (form.width() == 2) {
      halves();
      ElementBlock.putWords(targets, out, position, PAIRS);
    } else {
      int second = position + PAIRS * Integer.BYTES;
      ElementBlock.words(base, second, otherBases, PAIRS);
      words();
      ElementBlock.putWords(targets, out, position, PAIRS);
      ElementBlock.putWords(otherTargets, out, second, PAIRS);
    }
    return end;
  }

  private void halves() {
    int start = ((values.first() << form.low()) & 0xFFFF) * LOWEST;
    int sign = form.sign() * LOWEST;
    int ordered = form.isFloat() ? -1 : 0;
    halves(work.entries, lows, bases, form.low(), start, sign, ordered, targets, PAIRS);
    SlotPairs.flags(work.entries, values.row() - 1, work.flags, PAIRS);
    int count = DeltaCodes.list(work.flags, PAIRS, work.places);
    for (int i = 0; i < count; i++) {
      int place = work.places[i];
      int pair = work.entries[place];
      int base = bases[place];
      int low = lows[place];
      int one = other((pair >>> SlotPairs.LOG) & SYMBOL, low & 0xFFFF, base & 0xFFFF);
      int second = other(pair & SYMBOL, low >>> SECOND, base >>> SECOND);
      targets[place] = one | (second << SECOND);
    }
    values.requireWithin();
  }

  private void words() {
    OrderedBits.narrow(bases, PAIRS, form.narrow());
    OrderedBits.narrow(otherBases, PAIRS, form.narrow());
    int start = values.first() << form.low();
    split(work.entries, lows, start, form.low(), targets, otherTargets, PAIRS);
    SlotPairs.flags(work.entries, values.row() - 1, work.flags, PAIRS);
    OrderedBits.restore(targets, bases, PAIRS, form);
    OrderedBits.restore(otherTargets, otherBases, PAIRS, form);
    int count = DeltaCodes.list(work.flags, PAIRS, work.places);
    for (int i = 0; i < count; i++) {
      int place = work.places[i];
      int pair = work.entries[place];
      int low = lows[place];
      int one = other((pair >>> SlotPairs.LOG) & SYMBOL, low & 0xFFFF, bases[place]);
      int second = other(pair & SYMBOL, low >>> SECOND, otherBases[place]);
      targets[place] = one << form.narrow();
      otherTargets[place] = second << form.narrow();
    }
    values.requireWithin();
  }

  /** Returns the element of a slot in a pair of which at least one symbol is not in the row. */
  private int other(int symbol, int low, int base) {
    int number = (values.next(symbol) << form.low()) + low;
    return OrderedBits.restore(
        number + ((base | form.sign()) & ~values.absolute(symbol)), base, form);
  }

  /**
   * Finds the targets of a block of elements of two bytes, as far as symbols stand in a row: adds
   * and restores in both halves of a word at once, neither of which carries into the other.
   */
  private static void halves(
      int[] entries,
      int[] lows,
      int[] bases,
      int low,
      int start,
      int sign,
      int ordered,
      int[] into,
      int count) {
    for (int i = 0; i < count; i++) {
      int one = (entries[i] >>> SlotPairs.LOG) & SYMBOL;
      int second = entries[i] & SYMBOL;
      int number = ((one | (second << SECOND)) << low) + lows[i];
      int difference = ((number & ~TOP) + (start & ~TOP)) ^ ((number ^ start) & TOP);
      int stands = bases[i] | sign;
      int order = ((difference & ~TOP) + (stands & ~TOP)) ^ ((difference ^ stands) & TOP);
      int above = (order >>> (SECOND - 1)) & LOWEST;
      int x = order ^ (ordered & ~((above << (SECOND - 1)) - above));
      into[i] = x ^ (bases[i] & sign);
    }
  }

  /** Finds the differences of a block, as far as symbols stand in a row. */
  private static void split(
      int[] entries, int[] lows, int start, int low, int[] into, int[] otherInto, int count) {
    for (int i = 0; i < count; i++) {
      int one = (entries[i] >>> SlotPairs.LOG) & SYMBOL;
      int second = entries[i] & SYMBOL;
      into[i] = (one << low) + start + (lows[i] & 0xFFFF);
      otherInto[i] = (second << low) + start + (lows[i] >>> SECOND);
    }
  }
}

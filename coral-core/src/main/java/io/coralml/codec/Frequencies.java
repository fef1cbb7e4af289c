package io.coralml.codec;

import io.coralml.CorruptDataException;

/**
 * How often each symbol of an alphabet is expected, in steps fine enough to code well and coarse
 * enough to cost little.
 *
 * <h2>Specification, format 1</h2>
 *
 * Each symbol has a <em>level</em>, 0 to {@value #MAX_LEVEL}. Level 0 means that the symbol does
 * not occur; level q above 0 stands for the weight {@code (4 + (q - 1) % 4) << ((q - 1) / 4)}: four
 * steps to a doubling.
 *
 * <p>Written with a {@link BitWriter}: 2 bits Rice width r; then for every symbol in order the
 * difference of its level to the previous symbol's (0 before the first), folded to a number of at
 * least 0 (0, -1, 1, -2, 2 become 0, 1, 2, 3, 4), in the Rice code of width r. Behind every level 0
 * follows, in the gamma code, how many further symbols have level 0 too; these are skipped.
 *
 * <p>The weights become <em>counts</em> that add up to 2 to the power of a table log: count =
 * max(1, floor((weight * 2^log + floor(sum / 2)) / sum)), sum being that of all weights, and what
 * is missing to the sum is added to the first symbol of the highest level; what is too much is
 * taken, one at a time, from the symbol whose count is highest at that time (the first of several),
 * which never falls below 1.
 */
final class Frequencies {
  /** The highest level. */
  static final int MAX_LEVEL = 96;

  private Frequencies() {}

  /** Returns the level whose weight is nearest to how often a symbol occurred. */
  static int levelOf(long count) {
    if (count == 0) {
      return 0;
    }
    long scaled = count * 4;
    int doubling = 61 - Long.numberOfLeadingZeros(scaled);
    long step = (scaled + ((1L << doubling) >> 1)) >>> doubling;
    return (int) Math.min(MAX_LEVEL, 4L * doubling + step - 4 + 1);
  }

  private static long weightOf(int level) {
    return level == 0 ? 0 : (4L + (level - 1) % 4) << ((level - 1) / 4);
  }

  /** Writes the levels of one alphabet. */
  static void write(int[] levels, int symbols, BitWriter out) {
    int best = 0;
    long bestBits = Long.MAX_VALUE;
    for (int width = 0; width < 4; width++) {
      long bits = cost(levels, symbols, width);
      if (bits < bestBits) {
        bestBits = bits;
        best = width;
      }
    }
    out.put(best, 2);
    int previous = 0;
    for (int symbol = 0; symbol < symbols; ) {
      int level = levels[symbol];
      out.putRice(fold(level - previous), best);
      previous = level;
      int run = runOfZeros(levels, symbols, symbol);
      if (level == 0) {
        out.putGamma(run - 1);
      }
      symbol += Math.max(1, run);
    }
  }

  private static long cost(int[] levels, int symbols, int width) {
    long bits = 2;
    int previous = 0;
    for (int symbol = 0; symbol < symbols; ) {
      int run = runOfZeros(levels, symbols, symbol);
      bits += (fold(levels[symbol] - previous) >>> width) + 1 + width;
      bits += run == 0 ? 0 : 2 * (31 - Integer.numberOfLeadingZeros(run)) + 1;
      previous = levels[symbol];
      symbol += Math.max(1, run);
    }
    return bits;
  }

  private static int runOfZeros(int[] levels, int symbols, int from) {
    int end = from;
    while (end < symbols && levels[end] == 0) {
      end++;
    }
    return end - from;
  }

  /** Reads the levels of one alphabet. */
  static int[] read(int symbols, BitReader in) {
    int[] levels = new int[symbols];
    int width = (int) in.get(2);
    int previous = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int folded = in.getRice(width, 2 * MAX_LEVEL);
      int level = previous + ((folded >>> 1) ^ -(folded & 1));
      if (level < 0 || level > MAX_LEVEL) {
        throw new CorruptDataException(
            "A chunk's frequencies are damaged: level " + level + "; restore another copy.");
      }
      levels[symbol] = level;
      previous = level;
      if (level == 0) {
        symbol += in.getGamma(symbols - 1 - symbol);
      }
    }
    return levels;
  }

  private static int fold(int difference) {
    return (difference << 1) ^ (difference >> 31);
  }

  /**
   * Turns levels into counts that add up to 2^tableLog.
   *
   * @return false if no symbol occurs
   * @throws CorruptDataException if more than 2^tableLog do
   */
  static boolean normalize(int[] levels, int symbols, int tableLog, int[] counts) {
    long sum = 0;
    int used = 0;
    int top = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      sum += weightOf(levels[symbol]);
      used += levels[symbol] > 0 ? 1 : 0;
      top = levels[symbol] > levels[top] ? symbol : top;
    }
    if (used > 1 << tableLog) {
      throw new CorruptDataException(
          "A chunk's frequencies are damaged: " + used + " symbols in a table of 2^" + tableLog);
    }
    if (used == 0) {
      return false;
    }
    int missing = 1 << tableLog;
    for (int symbol = 0; symbol < symbols; symbol++) {
      long weight = weightOf(levels[symbol]);
      counts[symbol] = weight == 0 ? 0 : (int) Math.max(1, ((weight << tableLog) + sum / 2) / sum);
      missing -= counts[symbol];
    }
    if (missing > 0) {
      counts[top] += missing;
    }
    for (; missing < 0; missing++) {
      counts[highest(counts, symbols)]--;
    }
    return true;
  }

  private static int highest(int[] counts, int symbols) {
    int highest = 0;
    for (int symbol = 1; symbol < symbols; symbol++) {
      highest = counts[symbol] > counts[highest] ? symbol : highest;
    }
    return highest;
  }
}

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
 * <p>The weights become <em>counts</em> that add up to 2 to the power of a table log. A symbol is
 * <em>rare</em> if its weight times the room is less than the sum, where the room is 2^log less the
 * number of rare symbols and the sum that of the weights of all others (one begins with no rare
 * symbols and repeats until no more are found). Rare symbols have count 1. Of the others, in order,
 * each has floor(s * room / sum) less the counts of those before it, s being the sum of the weights
 * up to and including its own.
 */
final class Frequencies {
  /** The highest level. */
  static final int MAX_LEVEL = 96;

  private static final int UNKNOWN = -1;

  private static final long[] WEIGHTS = new long[MAX_LEVEL + 1];

  static {
    for (int level = 1; level <= MAX_LEVEL; level++) {
      WEIGHTS[level] = (4L + (level - 1) % 4) << ((level - 1) / 4);
    }
  }

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

  /** Writes the levels of one alphabet. */
  static void write(int[] levels, int symbols, BitWriter out) {
    int best = cheapestWidth(levels, symbols);
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

  /** Returns the Rice width with which levels take fewest bits. */
  private static int cheapestWidth(int[] levels, int symbols) {
    int codes = 0;
    long whole = 0;
    long halves = 0;
    long quarters = 0;
    long eighths = 0;
    int previous = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int level = levels[symbol];
      // Within a run of zeros nothing is written, whatever the width.
      if (level != 0 || previous != 0 || symbol == 0) {
        int folded = fold(level - previous);
        whole += folded;
        halves += folded >>> 1;
        quarters += folded >>> 2;
        eighths += folded >>> 3;
        codes++;
      }
      previous = level;
    }
    long[] quotients = {whole, halves, quarters, eighths};
    int best = 0;
    for (int width = 1; width < quotients.length; width++) {
      if (quotients[width] + (long) codes * width < quotients[best] + (long) codes * best) {
        best = width;
      }
    }
    return best;
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
    int used = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      used += levels[symbol] > 0 ? 1 : 0;
      counts[symbol] = levels[symbol] > 0 ? UNKNOWN : 0;
    }
    if (used > 1 << tableLog) {
      throw new CorruptDataException(
          "A chunk's frequencies are damaged: " + used + " symbols in a table of 2^" + tableLog);
    }
    if (used == 0) {
      return false;
    }
    share(levels, symbols, tableLog, counts);
    return true;
  }

  private static void share(int[] levels, int symbols, int tableLog, int[] counts) {
    long room = 1L << tableLog;
    long sum = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      sum += WEIGHTS[levels[symbol]];
    }
    for (boolean more = true; more; ) {
      long roomBefore = room;
      long sumBefore = sum;
      for (int symbol = 0; symbol < symbols; symbol++) {
        if (counts[symbol] == UNKNOWN) {
          long weight = WEIGHTS[levels[symbol]];
          if (weight * roomBefore < sumBefore) {
            counts[symbol] = 1;
            room--;
            sum -= weight;
          }
        }
      }
      more = room < roomBefore;
    }
    long before = 0;
    long given = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      if (counts[symbol] == UNKNOWN) {
        before += WEIGHTS[levels[symbol]];
        long share = before * room / sum;
        counts[symbol] = (int) (share - given);
        given = share;
      }
    }
  }
}

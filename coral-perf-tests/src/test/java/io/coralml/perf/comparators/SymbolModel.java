package io.coralml.perf.comparators;

import java.util.Arrays;

/**
 * Frequencies of symbols, learnt from those seen so far and brought up to date now and then, so
 * that encoder and decoder agree without either sending them. They add up to 4096, and every symbol
 * has at least one.
 */
final class SymbolModel {
  static final int TOTAL_BITS = 12;
  private static final int TOTAL = 1 << TOTAL_BITS;
  private static final int LONGEST_PAUSE = 4096;
  private static final int FORGET_BEYOND = 1 << 16;

  private final int[] counts;
  private final int[] cumulative;
  private final byte[] symbols = new byte[TOTAL];
  private int seen;
  private int untilUpdate;
  private int pause = 64;

  SymbolModel(int symbolCount) {
    counts = new int[symbolCount];
    cumulative = new int[symbolCount + 1];
    Arrays.fill(counts, 1);
    seen = symbolCount;
    update();
  }

  int cumulative(int symbol) {
    return cumulative[symbol];
  }

  int frequency(int symbol) {
    return cumulative[symbol + 1] - cumulative[symbol];
  }

  /** Returns the symbol whose range holds a number below 4096. */
  int symbolAt(int position) {
    return symbols[position];
  }

  void saw(int symbol) {
    counts[symbol]++;
    seen++;
    if (--untilUpdate == 0) {
      update();
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
  }

  private void update() {
    untilUpdate = pause;
    int shared = TOTAL - counts.length;
    int given = 0;
    int most = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      cumulative[symbol + 1] = 1 + (int) ((long) counts[symbol] * shared / seen);
      given += cumulative[symbol + 1];
      most = counts[symbol] > counts[most] ? symbol : most;
    }
    cumulative[most + 1] += TOTAL - given;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      cumulative[symbol + 1] += cumulative[symbol];
      Arrays.fill(symbols, cumulative[symbol], cumulative[symbol + 1], (byte) symbol);
    }
    if (seen > FORGET_BEYOND) {
      seen = 0;
      for (int symbol = 0; symbol < counts.length; symbol++) {
        counts[symbol] = (counts[symbol] + 1) / 2;
        seen += counts[symbol];
      }
    }
  }
}

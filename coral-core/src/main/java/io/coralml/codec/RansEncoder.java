package io.coralml.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Encodes symbols, the last first, words from the end to the start; in small loops like the
 * decoder. For one thread.
 */
final class RansEncoder {
  /** What a symbol may take beyond the bound on its bits, see {@link #bound}. */
  static final int MOST_LOSS = 1435;

  private static final int BOUND_LOG = 14;

  /**
   * Up to this table log all that is to be known of a symbol fits into 64 bits: the reciprocal in
   * the lowest 33 + log, then the count less 1 and the start in as many as the log each. To look
   * one number up for each slot is a third faster than two.
   */
  private static final int PACKED_LOG = 10;

  // All of them long, though none but the reciprocals needs to be: C2 vectorises a loop over
  // numbers of one size, and none that turns int into long.
  private long[] states = new long[0];
  private long[] range = new long[0];
  private long[] reciprocal = new long[0];
  private long[] full = new long[0];
  private short[] out = new short[0];
  private int[] codes = new int[0];
  private long[] reciprocals = new long[0];
  private int[] ranges = new int[0];
  private int log;
  private int from;
  private int position;
  private int end;
  private int start;

  private final Rans.Step emit =
      new Rans.Step() {
        @Override
        void run(int active) {
          position = emit(states, full, out, position, active);
        }
      };

  private final Rans.Step reduce =
      new Rans.Step() {
        @Override
        void run(int active) {
          reduce(states, full, active);
        }
      };

  private final Rans.Step[] packedSteps = {
    new Rans.Step() {
      @Override
      void run(int active) {
        gather(codes, CodePairs.word(from), CodePairs.shift(from), active, reciprocals, range);
      }
    },
    new Rans.Step() {
      @Override
      void run(int active) {
        comparePacked(states, range, full, active, log);
      }
    },
    emit,
    reduce,
    new Rans.Step() {
      @Override
      void run(int active) {
        appendPacked(states, range, active, log);
      }
    }
  };

  private final Rans.Step[] steps = {
    new Rans.Step() {
      @Override
      void run(int active) {
        int word = CodePairs.word(from);
        int shift = CodePairs.shift(from);
        gather(codes, word, shift, active, ranges, reciprocals, range, reciprocal);
      }
    },
    new Rans.Step() {
      @Override
      void run(int active) {
        compare(states, range, full, active, 32 - log);
      }
    },
    emit,
    reduce,
    new Rans.Step() {
      @Override
      void run(int active) {
        append(states, range, reciprocal, active, log);
      }
    }
  };

  /**
   * Returns a bound on the bits of the symbols of one context, in 2^-{@value #BOUND_LOG} bits.
   *
   * <p>A state x of at least count * 2^(16 - L) becomes less than (floor(x / count) + 1) * 2^L,
   * which is at most x * 2^L / count * 17 / 16: it grows by no more than L - log2(count) bits and
   * {@value #MOST_LOSS} of these units. A word takes 16 bits off, and no state ends below where it
   * began. The logarithm is bounded from below by its chords between powers of 2.
   *
   * @param occurred how often the symbols occur, by code
   * @param counts what they have of the 2^log
   */
  static long bound(int[] occurred, int firstCode, int[] codes, int[] counts, int log) {
    long bound = 0;
    for (int symbol = 0; symbol < codes.length; symbol++) {
      int count = counts[symbol];
      if (count > 0) {
        int whole = 31 - Integer.numberOfLeadingZeros(count);
        int fraction = (count << (BOUND_LOG - whole)) - (1 << BOUND_LOG);
        bound +=
            (long) occurred[firstCode + codes[symbol]] * (((log - whole) << BOUND_LOG) - fraction);
      }
    }
    return bound;
  }

  /** Returns such a bound on any symbols, their {@value #MOST_LOSS} units included. */
  static long bound(int symbols, int log) {
    return symbols * (((long) log << BOUND_LOG) + MOST_LOSS);
  }

  /** Returns how long an array must be for words of so many 2^-{@value #BOUND_LOG} bits. */
  static int words(long bound) {
    return (int) (bound >>> (BOUND_LOG + 4)) + 2;
  }

  /**
   * Fills the encoding tables of one context.
   *
   * <p>A division by a count is a multiplication by its reciprocal, 2^(32 + log) / count rounded
   * up: states that are divided are below count * 2^(32 - log), and for these the quotient is
   * exact.
   *
   * @param counts add up to 2^log
   * @param codes the code of each symbol
   * @param reciprocals receives the reciprocal of each symbol's count, by code; with a log of up to
   *     {@value #PACKED_LOG} count and start above it
   * @param ranges with a larger log receives count * 2^16 + start, by code
   */
  static void buildTable(
      int[] counts,
      int symbols,
      int log,
      int[] codes,
      int firstCode,
      long[] reciprocals,
      int[] ranges) {
    int start = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int count = counts[symbol];
      if (count > 0) {
        int code = firstCode + codes[symbol];
        reciprocals[code] = ((1L << (32 + log)) + count - 1) / count;
        if (log <= PACKED_LOG) {
          reciprocals[code] |= ((count - 1L) << (33 + log)) | ((long) start << (33 + 2 * log));
        } else {
          ranges[code] = (count << 16) | start;
        }
      }
      start += count;
    }
  }

  /**
   * Encodes all slots of a chunk.
   *
   * @param codes of the slots, as {@link CodePairs}
   * @param reciprocals as {@link #buildTable} made them
   * @param ranges likewise
   * @param into filled from the end down; must hold as many words as there will be and one more
   */
  void encode(
      int[] codes,
      int slots,
      int log,
      int lanesLog,
      long[] reciprocals,
      int[] ranges,
      short[] into) {
    int lanes = 1 << lanesLog;
    fit(lanes);
    Arrays.fill(states, Rans.LEAST);
    this.codes = codes;
    this.reciprocals = reciprocals;
    this.ranges = ranges;
    this.log = log;
    out = into;
    end = into.length;
    position = end;
    if (lanes < Rans.FEW_LANES) {
      encodeFew(slots, lanes);
    } else {
      Rans.Step[] round = log <= PACKED_LOG ? packedSteps : steps;
      for (from = (slots - 1) & -lanes; from >= 0; from -= lanes) {
        int active = Math.min(lanes, slots - from);
        for (Rans.Step step : round) {
          step.run(active);
        }
      }
    }
    start = position;
  }

  /** One symbol after the other, for the reason that {@link Rans#FEW_LANES} gives. */
  private void encodeFew(int slots, int lanes) {
    int high = 32 - log;
    long whole = 1L << log;
    for (int slot = slots - 1; slot >= 0; slot--) {
      int code = (codes[CodePairs.word(slot)] >>> CodePairs.shift(slot)) & 0xFFFF;
      long known = reciprocals[code];
      boolean packed = log <= PACKED_LOG;
      long start = packed ? known >>> (33 + 2 * log) : ranges[code] & 0xFFFF;
      long count = packed ? ((known >>> (33 + log)) & (whole - 1)) + 1 : ranges[code] >>> 16;
      int lane = slot & (lanes - 1);
      long state = states[lane];
      if (state >>> high >= count) {
        out[--position] = (short) state;
        state >>>= 16;
      }
      long quotient = (state * (known & reciprocalMask(log))) >>> (32 + log);
      states[lane] = state + start + quotient * (whole - count);
    }
  }

  private static long reciprocalMask(int log) {
    return (1L << (33 + log)) - 1;
  }

  private void fit(int lanes) {
    if (states.length < lanes) {
      states = Apart.longs(lanes);
      range = Apart.longs(lanes);
      reciprocal = Apart.longs(lanes);
      full = Apart.longs(lanes);
    }
  }

  private static void gather(
      int[] codes,
      int from,
      int shift,
      int count,
      int[] ranges,
      long[] reciprocals,
      long[] range,
      long[] reciprocal) {
    for (int i = 0; i < count; i++) {
      int code = (codes[from + i] >>> shift) & 0xFFFF;
      range[i] = ranges[code];
      reciprocal[i] = reciprocals[code];
    }
  }

  private static void gather(
      int[] codes, int from, int shift, int count, long[] packed, long[] range) {
    for (int i = 0; i < count; i++) {
      range[i] = packed[(codes[from + i] >>> shift) & 0xFFFF];
    }
  }

  private static void comparePacked(long[] states, long[] range, long[] full, int count, int log) {
    int high = 32 - log;
    int shift = 33 + log;
    long mask = (1L << log) - 1;
    for (int i = 0; i < count; i++) {
      full[i] = -((((range[i] >>> shift) & mask) - (states[i] >>> high)) >>> 63);
    }
  }

  private static void appendPacked(long[] states, long[] range, int count, int log) {
    int shift = 32 + log;
    int less = 33 + log;
    int starts = 33 + 2 * log;
    long most = (1L << log) - 1;
    long mask = reciprocalMask(log);
    for (int i = 0; i < count; i++) {
      long state = states[i];
      long quotient = (state * (range[i] & mask)) >>> shift;
      states[i] = state + (range[i] >>> starts) + quotient * (most - ((range[i] >>> less) & most));
    }
  }

  /** Finds the states that are too large for their symbol: full is -1 there. */
  private static void compare(long[] states, long[] range, long[] full, int count, int high) {
    for (int i = 0; i < count; i++) {
      full[i] = -(((range[i] >>> 16) - 1 - (states[i] >>> high)) >>> 63);
    }
  }

  private static int emit(long[] states, long[] full, short[] into, int position, int count) {
    int at = position - 1;
    for (int i = count - 1; i >= 0; i--) {
      into[at] = (short) states[i];
      at += (int) full[i];
    }
    return at + 1;
  }

  /** Takes the word that was emitted off a state that was full. */
  private static void reduce(long[] states, long[] full, int count) {
    for (int i = 0; i < count; i++) {
      long state = states[i];
      states[i] = state ^ ((state ^ (state >>> 16)) & full[i]);
    }
  }

  private static void append(long[] states, long[] range, long[] reciprocal, int count, int log) {
    int shift = 32 + log;
    long whole = 1L << log;
    for (int i = 0; i < count; i++) {
      long state = states[i];
      long quotient = (state * reciprocal[i]) >>> shift;
      states[i] = state + (range[i] & 0xFFFF) + quotient * (whole - (range[i] >>> 16));
    }
  }

  /** Returns the number of bytes of the words. */
  int length() {
    return 2 * (end - start);
  }

  /** Writes the words to an array. */
  void copyTo(byte[] into, int at) {
    ByteBuffer.wrap(into, at, length())
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .put(out, start, end - start);
  }

  /** Returns a decoder's initial state. */
  int state(int lane) {
    return (int) states[lane];
  }
}

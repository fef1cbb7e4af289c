package io.coralml.codec;

import io.coralml.CorruptDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A range asymmetric numeral system (rANS; J. Duda, <em>Asymmetric numeral systems</em>, arXiv
 * 1311.2540) with one table per context, interleaved states in <em>lanes</em> and one stream of
 * 16-bit words.
 *
 * <h2>Specification, format 1</h2>
 *
 * Symbols have counts that add up to 2^L ({@link Frequencies}); a symbol's <em>start</em> is the
 * sum of the counts of all symbols before it. There are N = 2^n lanes, n at most {@value
 * #MAX_LANES_LOG}, each with a state of 32 bits, unsigned. The symbol of slot i is decoded with the
 * state x of lane i mod N by the table of the slot's context:
 *
 * <ol>
 *   <li>with r = x mod 2^L the symbol is the one for which start &lt;= r &lt; start + count;
 *   <li>x becomes count * floor(x / 2^L) + r - start;
 *   <li>if x is then below 2^16, it becomes 2^16 * x plus the next word of the stream.
 * </ol>
 *
 * Slots are decoded in order. All states are 2^16 behind the last slot, and all words are used.
 *
 * <h2>Speed</h2>
 *
 * The steps of one round over the lanes are loops of their own over small arrays of int: arithmetic
 * that C2 turns into vector instructions, and between it two scalar loops that do nothing but look
 * up ({@link Decoder#gather}) and take words from the stream ({@link Decoder#refill}). One loop for
 * everything takes twice as long: HotSpot runs out of registers and of latency to hide. Every array
 * is indexed by the loop variable alone; a second offset would keep the loops from vectorising.
 */
final class Rans {
  /** The smallest table log. */
  static final int MIN_LOG = 5;

  /** The largest table log: an entry has room for two numbers of that size and a symbol. */
  static final int MAX_LOG = 12;

  /** Log of the most lanes; a whole block must be a multiple of them. */
  static final int MAX_LANES_LOG = 8;

  /** A state is at least this between two symbols. */
  private static final int LEAST = 1 << 16;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * A loop over the lanes. The steps of a round are called through one place in the program, so
   * that HotSpot compiles each by itself: inlined into the loop that calls them, one after the
   * other, they take up to twice as long.
   */
  @FunctionalInterface
  private interface Step {
    void run(int lanes);
  }

  /** What a symbol may take beyond the bound on its bits, see {@link #bound}. */
  static final int MOST_LOSS = 1435;

  private static final int BOUND_LOG = 14;

  private Rans() {}

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

  /** Returns how long an array must be for words of so many 2^-{@value #BOUND_LOG} bits. */
  static int words(long bound) {
    return (int) (bound >>> (BOUND_LOG + 4)) + 2;
  }

  /**
   * Builds the decoding table of one context.
   *
   * <p>The entry for a number r has the symbol's count less 1 in its highest L bits, r less the
   * symbol's start in the next L, and the symbol in the lowest 32 - 2 L.
   *
   * @param counts add up to 2^log
   * @param into receives 2^log entries from {@code offset} on
   */
  static void buildDecoder(int[] counts, int symbols, int log, int[] into, int offset) {
    int at = offset;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int count = counts[symbol];
      int entry = ((count - 1) << (32 - log)) | symbol;
      for (int i = 0; i < count; i++) {
        into[at++] = entry | (i << (32 - 2 * log));
      }
    }
  }

  /** Returns what to and with an entry to get its symbol. */
  static int symbolMask(int log) {
    return (1 << (32 - 2 * log)) - 1;
  }

  /** Decodes the symbols of one chunk after the other. For one thread. */
  static final class Decoder {
    private int[] states = new int[0];
    private int[] offset = new int[0];
    private int[] index = new int[0];
    private int[] entry = new int[0];
    private int[] renew = new int[0];
    private int[] word = new int[0];
    private byte[] in = new byte[0];
    private int[] table = new int[0];
    private int[] offsets = new int[0];
    private int[] into = new int[0];
    private int count;
    private int from;
    private int position;
    private int end;
    private int lanes;
    private int log;

    private final Step[] steps = {
      active -> gather(table, index, entry, active),
      active -> advance(states, entry, renew, active, log),
      active -> position = refill(in, position, renew, word, active),
      this::next
    };

    /**
     * Begins a stream; {@link #state} must be set for all lanes next.
     *
     * @param bytes has the words from {@code from} to {@code to}, and as many bytes behind them as
     *     the words a block can take
     */
    void begin(int tableLog, int lanesLog, byte[] bytes, int from, int to) {
      log = tableLog;
      lanes = 1 << lanesLog;
      fit();
      in = bytes;
      position = from;
      end = to;
    }

    private void fit() {
      if (states.length < lanes) {
        states = new int[lanes];
        offset = new int[lanes];
        index = new int[lanes];
        entry = new int[lanes];
        renew = new int[lanes];
        word = new int[lanes];
      }
    }

    void state(int lane, int state) {
      states[lane] = state;
    }

    /**
     * Decodes the symbols of a block.
     *
     * @param table the tables of all contexts
     * @param offsets for each slot where its context's table begins
     * @param into receives the table's entries
     * @param count a multiple of the lanes in all calls but the last
     * @throws CorruptDataException if the stream is too short
     */
    void decode(int[] table, int[] offsets, int[] into, int count) {
      this.table = table;
      this.offsets = offsets;
      this.into = into;
      this.count = count;
      System.arraycopy(offsets, 0, offset, 0, Math.min(lanes, count));
      index(states, offset, index, lanes, (1 << log) - 1);
      for (from = 0; from < count; from += lanes) {
        int active = Math.min(lanes, count - from);
        for (Step step : steps) {
          step.run(active);
        }
      }
      if (position > end) {
        throw damaged();
      }
    }

    private void next(int active) {
      System.arraycopy(entry, 0, into, from, active);
      int next = from + active;
      System.arraycopy(offsets, next, offset, 0, Math.min(lanes, count - next));
      merge(states, renew, word, offset, index, active, (1 << log) - 1);
    }

    private static void index(int[] states, int[] offset, int[] index, int count, int mask) {
      for (int i = 0; i < count; i++) {
        index[i] = offset[i] + (states[i] & mask);
      }
    }

    private static void gather(int[] table, int[] index, int[] entry, int count) {
      for (int i = 0; i < count; i++) {
        entry[i] = table[index[i]];
      }
    }

    /** Removes the symbols from the states; renew becomes -1 where a word is needed, else 0. */
    private static void advance(int[] states, int[] entry, int[] renew, int count, int log) {
      int high = 32 - log;
      int middle = 32 - 2 * log;
      int mask = (1 << log) - 1;
      for (int i = 0; i < count; i++) {
        int state =
            ((entry[i] >>> high) + 1) * (states[i] >>> log) + ((entry[i] >>> middle) & mask);
        states[i] = state;
        renew[i] = ((state >>> 16) - 1) >> 31;
      }
    }

    /** Gives each lane the next word, which is used up only by those that need it. */
    private static int refill(byte[] in, int position, int[] renew, int[] word, int count) {
      int next = position;
      for (int i = 0; i < count; i++) {
        word[i] = (short) SHORT.get(in, next) & 0xFFFF;
        next -= 2 * renew[i];
      }
      return next;
    }

    private static void merge(
        int[] states, int[] renew, int[] word, int[] offset, int[] index, int count, int mask) {
      for (int i = 0; i < count; i++) {
        int state = states[i];
        state += renew[i] & (((state << 16) | word[i]) - state);
        states[i] = state;
        index[i] = offset[i] + (state & mask);
      }
    }

    /**
     * Checks that a stream was decoded to its very end.
     *
     * @throws CorruptDataException if not
     */
    void requireEnd() {
      int off = position ^ end;
      for (int lane = 0; lane < lanes; lane++) {
        off |= states[lane] ^ LEAST;
      }
      if (off != 0) {
        throw damaged();
      }
    }

    private static CorruptDataException damaged() {
      return new CorruptDataException(
          "An encoded chunk is damaged: its symbols do not end where they should; restore another"
              + " copy.");
    }
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
   * @param reciprocals receives the reciprocal of each symbol's count, by code
   * @param ranges receives count * 2^16 + start, by code
   */
  static void buildEncoder(
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
        ranges[code] = (count << 16) | start;
      }
      start += count;
    }
  }

  /**
   * Encodes symbols, the last first, words from the end to the start; in small loops like the
   * decoder. For one thread.
   */
  static final class Encoder {
    private int[] states = new int[0];
    private int[] range = new int[0];
    private long[] reciprocal = new long[0];
    private int[] word = new int[0];
    private int[] full = new int[0];
    private int[] quotient = new int[0];
    private short[] out = new short[0];
    private char[] codes = new char[0];
    private long[] reciprocals = new long[0];
    private int[] ranges = new int[0];
    private int log;
    private int from;
    private int position;
    private int end;
    private int start;

    private final Step[] steps = {
      count -> gather(codes, from, count, ranges, reciprocals, range, reciprocal),
      count -> reduce(states, range, word, full, count, 32 - log),
      count -> position = emit(word, full, out, position, count),
      count -> divide(states, reciprocal, quotient, count, 32 + log),
      count -> append(states, range, quotient, count, 1 << log)
    };

    /**
     * Encodes all slots of a chunk.
     *
     * @param codes of the slots, from 0 on
     * @param reciprocals as {@link #buildEncoder} made them
     * @param ranges likewise
     * @param into filled from the end down; must hold as many words as there will be and one more
     */
    void encode(
        char[] codes,
        int slots,
        int log,
        int lanesLog,
        long[] reciprocals,
        int[] ranges,
        short[] into) {
      int lanes = 1 << lanesLog;
      fit(lanes);
      Arrays.fill(states, LEAST);
      this.codes = codes;
      this.reciprocals = reciprocals;
      this.ranges = ranges;
      this.log = log;
      out = into;
      end = into.length;
      position = end;
      for (from = (slots - 1) & -lanes; from >= 0; from -= lanes) {
        int active = Math.min(lanes, slots - from);
        for (Step step : steps) {
          step.run(active);
        }
      }
      start = position;
    }

    private void fit(int lanes) {
      if (states.length < lanes) {
        states = Apart.ints(lanes);
        range = Apart.ints(lanes);
        reciprocal = Apart.longs(lanes);
        word = Apart.ints(lanes);
        full = Apart.ints(lanes);
        quotient = Apart.ints(lanes);
      }
    }

    private static void gather(
        char[] codes,
        int from,
        int count,
        int[] ranges,
        long[] reciprocals,
        int[] range,
        long[] reciprocal) {
      for (int i = 0; i < count; i++) {
        int code = codes[from + i];
        range[i] = ranges[code];
        reciprocal[i] = reciprocals[code];
      }
    }

    /** Takes the lowest word off states that are too large for their symbol; full is -1 there. */
    private static void reduce(
        int[] states, int[] range, int[] word, int[] full, int count, int high) {
      for (int i = 0; i < count; i++) {
        int state = states[i];
        int large = ((range[i] >>> 16) - 1 - (state >>> high)) >> 31;
        word[i] = state;
        full[i] = large;
        states[i] = state ^ ((state ^ (state >>> 16)) & large);
      }
    }

    private static int emit(int[] word, int[] full, short[] into, int position, int count) {
      int at = position - 1;
      for (int i = count - 1; i >= 0; i--) {
        into[at] = (short) word[i];
        at += full[i];
      }
      return at + 1;
    }

    private static void divide(
        int[] states, long[] reciprocal, int[] quotient, int count, int shift) {
      for (int i = 0; i < count; i++) {
        quotient[i] = (int) (((states[i] & 0xFFFFFFFFL) * reciprocal[i]) >>> shift);
      }
    }

    private static void append(int[] states, int[] range, int[] quotient, int count, int whole) {
      for (int i = 0; i < count; i++) {
        states[i] += (range[i] & 0xFFFF) + quotient[i] * (whole - (range[i] >>> 16));
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
      return states[lane];
    }
  }
}

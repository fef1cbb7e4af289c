package io.coralml.codec;

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
 * up ({@link RansDecoder}'s gather) and take words from the stream (its refill). One loop for
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

  /**
   * With fewer lanes symbols are coded one after the other. Steps over a lane or two would only be
   * slow; but the first chunks of a process may be small, and C2 never again vectorises a loop that
   * it compiled when it had hardly seen it turn: then all large chunks that follow took twice as
   * long.
   */
  static final int FEW_LANES = 32;

  /** A state is at least this between two symbols. */
  static final int LEAST = 1 << 16;

  /**
   * A loop over the lanes. The steps of a round are called through one place in the program, so
   * that HotSpot compiles each by itself: inlined into the loop that calls them, one after the
   * other, they take up to twice as long. A class, since a call through an interface would look the
   * method up each time.
   */
  abstract static class Step {
    abstract void run(int lanes);
  }

  private Rans() {}
}

package io.coralml.codec;

import io.coralml.CorruptDataException;

/**
 * What a decoder must know of a chunk before its symbols: the alphabet, the contexts and how often
 * each symbol occurs in each.
 *
 * <h2>Specification, format 1</h2>
 *
 * Written with a {@link BitWriter}, in this order; γ is its gamma code.
 *
 * <table>
 * <caption>The model of a coded chunk</caption>
 * <tr><th>bits</th><th>content</th></tr>
 * <tr><td>6</td><td>narrow: low bits that are zero in all targets and left out; base elements are
 * shifted down as well and what falls off is ignored</td></tr>
 * <tr><td>6</td><td>low: bits of each slot that are stored as {@link LowFields}; at most 32 bits
 * remain above them, and at least 1</td></tr>
 * <tr><td>4</td><td>table log, 5 to 12</td></tr>
 * <tr><td>4</td><td>log of the number of lanes, 0 to 8</td></tr>
 * <tr><td>γ</td><td>reach r of the exact difference symbols plus 1, 0 for none: 2 r + 1 symbols for
 * the differences -r to r. At most 127</td></tr>
 * <tr><td>3</td><td>fraction bits of the {@link Buckets} of differences</td></tr>
 * <tr><td>6</td><td>verbatim bits of an absolute symbol, 0 to 32</td></tr>
 * <tr><td>γ, γ each</td><td>number of bucket symbols, 0 to 256; their codes, ascending, below 512,
 * the first as it is, each other as the distance to the one before less 1</td></tr>
 * <tr><td>γ, γ each</td><td>number of absolute symbols; their values, likewise, below 2^32. All
 * symbols together are 1 to 256</td></tr>
 * <tr><td>γ</td><td>number of contexts less 1, 0 to 63</td></tr>
 * <tr><td>γ</td><td>only with more than one: the highest exponent e. The first context has e and
 * everything above, each next the next lower exponent, the last also everything below</td></tr>
 * <tr><td>…</td><td>for each context the {@link Frequencies} of all symbols: exact differences in
 * the order 0, -1, 1, -2, 2 and so on, buckets, absolutes; in a paired chunk those of {@link
 * SlotPairs}</td></tr>
 * </table>
 *
 * The context of an element follows from the exponent field of its base, in which the sign has no
 * part. In a context that no element has, all levels are 0. A chunk without a base has one context
 * and no difference symbols; a chunk with a base and elements of 8 bytes has no absolute ones.
 */
final class ChunkModel {
  /** The most contexts a chunk can have. */
  static final int MAX_CONTEXTS = 64;

  /** The most symbols a chunk can have. */
  static final int MAX_SYMBOLS = 256;

  /** No exponent is higher, nor what {@link Scales} make of one. */
  private static final int MAX_EXPONENT = 1 << 15;

  /** The farthest that exact difference symbols reach. */
  static final int MAX_REACH = 127;

  /**
   * The kinds of symbols.
   *
   * @param reach farthest exact difference, -1 if there are no exact differences
   * @param fraction of the buckets
   * @param buckets their codes, ascending
   * @param verbatim bits of an absolute symbol
   * @param absolutes their values, ascending as unsigned numbers
   */
  @SuppressWarnings("ArrayRecordComponent") // internal, and nobody changes or compares them
  record Alphabet(int reach, int fraction, int[] buckets, int verbatim, int[] absolutes) {
    /** Returns the number of exact difference symbols, which come first. */
    int exact() {
      return 2 * reach + (reach < 0 ? 2 : 1);
    }

    /** Returns the number of symbols that stand for differences. */
    int differences() {
      return exact() + buckets.length;
    }

    /** Returns the number of symbols. */
    int size() {
      return differences() + absolutes.length;
    }

    private void write(BitWriter out) {
      out.putGamma(reach + 1);
      out.put(fraction, 3);
      out.put(verbatim, 6);
      writeAscending(buckets, out);
      writeAscending(absolutes, out);
    }

    private static Alphabet read(BitReader in) {
      int reach = in.getGamma(MAX_REACH + 1) - 1;
      int fraction = (int) in.get(3);
      int verbatim = (int) in.get(6);
      int[] buckets = readAscending(in, Buckets.CODES);
      int[] absolutes = readAscending(in, 1L << 32);
      for (int code : buckets) {
        require(Buckets.bits(code, fraction) <= 31);
      }
      require(verbatim <= 32);
      return new Alphabet(reach, fraction, buckets, verbatim, absolutes);
    }
  }

  final int narrow;
  final int low;
  final int log;
  final int lanesLog;
  final Alphabet alphabet;
  final int topExponent;
  final int[][] levels;
  final boolean paired;

  /**
   * @param paired whether symbols are coded in {@link SlotPairs}
   * @param topExponent highest exponent with a context of its own
   * @param levels for each context, of each symbol
   */
  ChunkModel(
      int narrow,
      int low,
      int log,
      int lanesLog,
      Alphabet alphabet,
      boolean paired,
      int topExponent,
      int[][] levels) {
    this.paired = paired;
    this.narrow = narrow;
    this.low = low;
    this.log = log;
    this.lanesLog = lanesLog;
    this.alphabet = alphabet;
    this.topExponent = topExponent;
    this.levels = levels;
  }

  /** Returns the number of contexts. */
  int contexts() {
    return levels.length;
  }

  /** Returns the number of symbols of the entropy coder. */
  int symbols() {
    return paired ? SlotPairs.SIDE * alphabet.size() : alphabet.size();
  }

  void write(BitWriter out) {
    out.put(narrow, 6);
    out.put(low, 6);
    out.put(log, 4);
    out.put(lanesLog, 4);
    alphabet.write(out);
    out.putGamma(levels.length - 1);
    if (levels.length > 1) {
      out.putGamma(topExponent);
    }
    for (int[] context : levels) {
      Frequencies.write(paired ? context : outward(context, alphabet, false), symbols(), out);
    }
  }

  private static void writeAscending(int[] numbers, BitWriter out) {
    out.putGamma(numbers.length);
    long next = 0;
    for (int number : numbers) {
      long value = number & 0xFFFFFFFFL;
      out.putGamma(value - next);
      next = value + 1;
    }
  }

  /**
   * Reads a model.
   *
   * @param based whether the chunk has a base
   * @param paired whether its symbols are coded in {@link SlotPairs}
   * @throws CorruptDataException if it breaks a rule of the specification
   */
  static ChunkModel read(BitReader in, boolean based, boolean paired) {
    int narrow = (int) in.get(6);
    int low = (int) in.get(6);
    int log = (int) in.get(4);
    int lanesLog = (int) in.get(4);
    Alphabet alphabet = Alphabet.read(in);
    int symbols = alphabet.size();
    require(
        log >= Rans.MIN_LOG
            && log <= Rans.MAX_LOG
            && lanesLog <= Rans.MAX_LANES_LOG
            && symbols >= 1
            && symbols <= (paired ? SlotPairs.SIDE : MAX_SYMBOLS)
            && (based || alphabet.differences() == 0));
    int contexts = in.getGamma(MAX_CONTEXTS - 1) + 1;
    require((based && !paired) || contexts == 1);
    int topExponent = contexts > 1 ? in.getGamma(MAX_EXPONENT) : 0;
    int[][] levels = new int[contexts][];
    for (int context = 0; context < contexts; context++) {
      levels[context] =
          paired ? readPairs(symbols, in) : outward(Frequencies.read(symbols, in), alphabet, true);
    }
    return new ChunkModel(narrow, low, log, lanesLog, alphabet, paired, topExponent, levels);
  }

  private static int[] readPairs(int symbols, BitReader in) {
    int[] levels = Frequencies.read(SlotPairs.SIDE * symbols, in);
    for (int pair = 0; pair < levels.length; pair++) {
      require(levels[pair] == 0 || pair % SlotPairs.SIDE < symbols);
    }
    return levels;
  }

  /** Puts levels into the order in which they are written, from 0 outward, or back. */
  private static int[] outward(int[] levels, Alphabet alphabet, boolean back) {
    int[] moved = levels.clone();
    for (int i = 0; i < alphabet.exact(); i++) {
      int symbol = alphabet.reach() + ((i >>> 1) ^ -(i & 1));
      moved[back ? symbol : i] = levels[back ? i : symbol];
    }
    return moved;
  }

  private static int[] readAscending(BitReader in, long limit) {
    int[] numbers = new int[in.getGamma(MAX_SYMBOLS)];
    long next = 0;
    for (int i = 0; i < numbers.length; i++) {
      long value = next + in.getGamma();
      require(value < limit);
      numbers[i] = (int) value;
      next = value + 1;
    }
    return numbers;
  }

  /**
   * Computes the contexts of a block.
   *
   * @param exponents of the bases
   * @param into receives for each its context, shifted
   */
  static void contexts(
      int[] exponents, int[] into, int count, int topExponent, int contexts, int shift) {
    int last = contexts - 1;
    for (int i = 0; i < count; i++) {
      int below = topExponent - exponents[i];
      below &= ~(below >> 31);
      int beyond = below - last;
      into[i] = (last + (beyond & (beyond >> 31))) << shift;
    }
  }

  /**
   * Computes the contexts of a block whose bases have no scales, in one loop.
   *
   * @param bases floats of up to 4 bytes
   * @param into receives for each where its context's table begins
   */
  void contexts(int[] bases, int[] into, int count, ElementForm form) {
    contexts(
        bases,
        into,
        count,
        form.mantissa(),
        form.exponentMask(),
        topExponent,
        levels.length - 1,
        log);
  }

  private static void contexts(
      int[] bases,
      int[] into,
      int count,
      int mantissa,
      int exponentMask,
      int topExponent,
      int last,
      int shift) {
    for (int i = 0; i < count; i++) {
      int below = topExponent - ((bases[i] >>> mantissa) & exponentMask);
      below &= ~(below >> 31);
      int beyond = below - last;
      into[i] = (last + (beyond & (beyond >> 31))) << shift;
    }
  }

  private static void require(boolean valid) {
    if (!valid) {
      throw new CorruptDataException(
          "The model of an encoded chunk is damaged; restore it from another copy.");
    }
  }
}

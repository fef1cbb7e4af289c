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
 * <tr><td>4</td><td>table log, 5 to 12</td></tr>
 * <tr><td>3</td><td>fraction bits of the {@link Buckets} of differences</td></tr>
 * <tr><td>6</td><td>verbatim bits of an absolute symbol, 0 to 32</td></tr>
 * <tr><td>γ, γ each</td><td>number of difference symbols, 0 to 256; their bucket codes, ascending,
 * below 512, the first as it is, each other as the distance to the one before less 1</td></tr>
 * <tr><td>γ, γ each</td><td>number of absolute symbols; their values, likewise, below 2^32. Both
 * numbers together are 1 to 256</td></tr>
 * <tr><td>γ</td><td>number of contexts less 1, 0 to 63</td></tr>
 * <tr><td>γ</td><td>only with more than one: the highest exponent e</td></tr>
 * <tr><td>γ each</td><td>only with more than one, for every context but the last: how many exponents
 * it spans less 1. The first context has e and everything above, and the spans go down from there;
 * the last has all the rest</td></tr>
 * <tr><td>…</td><td>for each context the {@link Frequencies} of all symbols, difference symbols
 * first</td></tr>
 * </table>
 *
 * The context of an element follows from the exponent field of its base, in which the sign has no
 * part. In a context that no element has, all levels are 0. A chunk without a base has one context
 * and no difference symbols.
 */
final class ChunkModel {
  /** The most contexts a chunk can have. */
  static final int MAX_CONTEXTS = 64;

  /** The most symbols a chunk can have. */
  static final int MAX_SYMBOLS = 256;

  final int narrow;
  final int log;
  final int fraction;
  final int verbatim;
  final int[] differences;
  final int[] absolutes;
  final int topExponent;
  final int[] spans;
  final int[][] levels;

  /**
   * @param spans exponents of each context but the last
   * @param levels for each context, of each symbol
   */
  ChunkModel(
      int narrow,
      int log,
      int fraction,
      int verbatim,
      int[] differences,
      int[] absolutes,
      int topExponent,
      int[] spans,
      int[][] levels) {
    this.narrow = narrow;
    this.log = log;
    this.fraction = fraction;
    this.verbatim = verbatim;
    this.differences = differences;
    this.absolutes = absolutes;
    this.topExponent = topExponent;
    this.spans = spans;
    this.levels = levels;
  }

  /** Returns the number of contexts. */
  int contexts() {
    return spans.length + 1;
  }

  /** Returns the number of symbols. */
  int symbols() {
    return differences.length + absolutes.length;
  }

  void write(BitWriter out) {
    out.put(narrow, 6);
    out.put(log, 4);
    out.put(fraction, 3);
    out.put(verbatim, 6);
    writeAscending(differences, out);
    writeAscending(absolutes, out);
    out.putGamma(spans.length);
    if (spans.length > 0) {
      out.putGamma(topExponent);
      for (int span : spans) {
        out.putGamma(span - 1);
      }
    }
    for (int[] context : levels) {
      Frequencies.write(context, symbols(), out);
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
   * @throws CorruptDataException if it breaks a rule of the specification
   */
  static ChunkModel read(BitReader in, boolean based) {
    int narrow = (int) in.get(6);
    int log = (int) in.get(4);
    int fraction = (int) in.get(3);
    int verbatim = (int) in.get(6);
    int[] differences = readAscending(in, Buckets.CODES);
    int[] absolutes = readAscending(in, 1L << 32);
    int symbols = differences.length + absolutes.length;
    boolean valid =
        log >= Ans.MIN_LOG
            && log <= Ans.MAX_LOG
            && verbatim <= 32
            && symbols >= 1
            && symbols <= MAX_SYMBOLS
            && (based || differences.length == 0);
    require(valid);
    for (int code : differences) {
      require(Buckets.bits(code, fraction) <= 31);
    }
    int[] spans = new int[in.getGamma(MAX_CONTEXTS - 1)];
    int topExponent = 0;
    if (spans.length > 0) {
      require(based);
      topExponent = in.getGamma(1 << 11);
      for (int i = 0; i < spans.length; i++) {
        spans[i] = in.getGamma(1 << 11) + 1;
      }
    }
    int[][] levels = new int[spans.length + 1][];
    for (int context = 0; context < levels.length; context++) {
      levels[context] = Frequencies.read(symbols, in);
    }
    return new ChunkModel(
        narrow, log, fraction, verbatim, differences, absolutes, topExponent, spans, levels);
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
   * Fills a table with the context of each exponent.
   *
   * @param into one entry for every exponent
   */
  void contextOfExponents(int[] into) {
    int context = 0;
    int left = spans.length > 0 ? spans[0] : Integer.MAX_VALUE;
    for (int exponent = into.length - 1; exponent >= 0; exponent--) {
      into[exponent] = context;
      if (exponent <= topExponent && --left == 0) {
        context++;
        left = context < spans.length ? spans[context] : Integer.MAX_VALUE;
      }
    }
  }

  private static void require(boolean valid) {
    if (!valid) {
      throw new CorruptDataException(
          "The model of an encoded chunk is damaged; restore it from another copy.");
    }
  }
}

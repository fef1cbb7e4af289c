package io.coralml.codec;

import io.coralml.CorruptDataException;
import java.util.Arrays;

/**
 * How much finer or coarser the update of each row and column of a matrix is than that of the
 * others: rows of rarely seen tokens hardly move, some channels learn faster. Together with the
 * base's exponent that says better than the exponent alone how far a target lies from its base.
 * Immutable.
 *
 * <h2>Specification, format 1</h2>
 *
 * Written with a {@link BitWriter}, in front of the {@link ChunkModel}; γ is its gamma code.
 *
 * <table>
 * <caption>The scales of a chunk</caption>
 * <tr><th>bits</th><th>content</th></tr>
 * <tr><td>γ</td><td>number of columns n less 1; n is at most 65,536</td></tr>
 * <tr><td>γ</td><td>column c of the chunk's first element, below n</td></tr>
 * <tr><td>γ</td><td>number of rows less 1; at most 65,536 rows, exactly those that the chunk's
 * elements lie in</td></tr>
 * <tr><td>2</td><td>s: a level is a 2^s-th of a doubling</td></tr>
 * <tr><td>2</td><td>t: a context is 2^t levels wide</td></tr>
 * <tr><td>3; Rice each</td><td>Rice width, then the rows' levels, -127 to 127: 0, -1, 1, -2, 2 are
 * written as 0, 1, 2, 3, 4</td></tr>
 * <tr><td>3; Rice each</td><td>the columns' levels, likewise</td></tr>
 * </table>
 *
 * Element i of the chunk lies in row floor((c + i) / n) and column (c + i) mod n. Wherever the
 * model speaks of the exponent e of its base, it means floor((e * 2^s + level of its row + level of
 * its column + 256) / 2^t). In a slot that no element fills both levels are 0.
 */
final class Scales {
  /** The most rows and the most columns. */
  static final int MAX_SIDE = 1 << 16;

  /** The highest level; the lowest is the same below 0. */
  static final int MAX_LEVEL = 127;

  /** Added to two levels, so that no sum is negative. */
  private static final int ORIGIN = 256;

  private static final int MAX_WIDTH = 7;

  private final int firstColumn;
  private final int steps;
  private final int spacing;
  private final int[] rows;
  private final int[] columns;

  /**
   * @param firstColumn of the chunk's first element
   * @param steps s of the specification
   * @param spacing t of the specification
   * @param rows the rows' levels; kept, not copied
   * @param columns likewise
   */
  Scales(int firstColumn, int steps, int spacing, int[] rows, int[] columns) {
    this.firstColumn = firstColumn;
    this.steps = steps;
    this.spacing = spacing;
    this.rows = rows;
    this.columns = columns;
  }

  /** Returns how many rows so many elements lie in. */
  static int rows(int firstColumn, int columns, int elements) {
    return (int) (((long) firstColumn + elements + columns - 1) / columns);
  }

  /** Returns what an exponent becomes where both levels are 0. */
  int scaled(int exponent) {
    return ((exponent << steps) + ORIGIN) >> spacing;
  }

  /**
   * Replaces the exponents of a block by what they become.
   *
   * @param exponents in the order of slots
   * @param first the number of the block's first element in the chunk
   * @param elements how many there are
   * @param width bytes of an element
   * @param scratch as long as the block has slots, and changed
   * @param levels likewise
   */
  void apply(int[] exponents, int first, int elements, int width, int[] scratch, int[] levels) {
    int slots = ElementBlock.slots(elements, width);
    sums(first, elements, scratch);
    Arrays.fill(scratch, elements, slots, ORIGIN);
    int perWord = Math.max(1, 4 / width);
    int words = slots / perWord;
    for (int lane = 0; lane < perWord; lane++) {
      for (int word = 0; word < words; word++) {
        levels[lane * words + word] = scratch[word * perWord + lane];
      }
    }
    for (int i = 0; i < slots; i++) {
      exponents[i] = ((exponents[i] << steps) + levels[i]) >> spacing;
    }
  }

  /** Adds the levels of rows and columns, in the order of elements. */
  private void sums(int first, int elements, int[] into) {
    int row = (firstColumn + first) / columns.length;
    int column = (firstColumn + first) % columns.length;
    for (int at = 0; at < elements; row++) {
      int end = Math.min(elements, at + columns.length - column);
      System.arraycopy(columns, column, into, at, end - at);
      int level = rows[row] + ORIGIN;
      for (; at < end; at++) {
        into[at] += level;
      }
      column = 0;
    }
  }

  /**
   * Checks that these are the scales of a chunk of so many elements.
   *
   * @throws CorruptDataException if not
   */
  void requireElements(int elements) {
    require(rows.length == rows(firstColumn, columns.length, elements));
  }

  /** Returns how many bits they take. */
  long bits() {
    BitWriter out = new BitWriter(rows.length + columns.length);
    write(out);
    return out.bitLength();
  }

  void write(BitWriter out) {
    out.putGamma(columns.length - 1);
    out.putGamma(firstColumn);
    out.putGamma(rows.length - 1);
    out.put(steps, 2);
    out.put(spacing, 2);
    write(rows, out);
    write(columns, out);
  }

  private static void write(int[] levels, BitWriter out) {
    int best = 0;
    long least = Long.MAX_VALUE;
    for (int width = 0; width <= MAX_WIDTH; width++) {
      long bits = bits(levels, width);
      best = bits < least ? width : best;
      least = Math.min(least, bits);
    }
    out.put(best, 3);
    for (int level : levels) {
      out.putRice(fold(level), best);
    }
  }

  private static long bits(int[] levels, int width) {
    long bits = (long) levels.length * (width + 1);
    for (int level : levels) {
      bits += fold(level) >>> width;
    }
    return bits;
  }

  private static int fold(int level) {
    return (level << 1) ^ (level >> 31);
  }

  /**
   * Reads scales.
   *
   * @throws CorruptDataException if they break a rule of the specification
   */
  static Scales read(BitReader in) {
    int columns = in.getGamma(MAX_SIDE - 1) + 1;
    int firstColumn = in.getGamma(columns - 1);
    int rows = in.getGamma(MAX_SIDE - 1) + 1;
    int steps = (int) in.get(2);
    int spacing = (int) in.get(2);
    return new Scales(firstColumn, steps, spacing, read(rows, in), read(columns, in));
  }

  private static int[] read(int count, BitReader in) {
    int[] levels = new int[count];
    int width = (int) in.get(3);
    for (int i = 0; i < count; i++) {
      int folded = in.getRice(width, 2 * MAX_LEVEL);
      levels[i] = (folded >>> 1) ^ -(folded & 1);
    }
    return levels;
  }

  private static void require(boolean valid) {
    if (!valid) {
      throw new CorruptDataException(
          "The row and column scales of an encoded chunk are damaged; restore it from another"
              + " copy.");
    }
  }
}

package io.coralml.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link Scales} of a chunk: how large the updates of each row are on average, and then
 * those of each column beside what their rows let expect. Strictly reproducible. For one thread.
 */
final class ScaleSearch {
  /** Levels of a doubling, as a power of 2. */
  private static final int STEPS = 2;

  /** A row in which nothing changed counts as so many doublings finer than the others. */
  private static final int STILL = 8;

  /** Of fewer elements no spread is taken. */
  private static final int FEW = 16;

  /** So many elements say how large the updates of a row or a column are. */
  private static final int ENOUGH = 64;

  /** Exponents farther from the middle than this do not matter, and their powers would overflow. */
  private static final int FAR = 400;

  private final EncoderSpace space;
  private final BlockLoader loader;
  private final MatrixRows matrix;
  private final double[] powers;
  private final long most;

  /**
   * @param loader of floats and their base, without scales; loads into {@code space}
   */
  ScaleSearch(EncoderSpace space, BlockLoader loader, MatrixRows matrix) {
    this.space = space;
    this.loader = loader;
    this.matrix = matrix;
    ElementForm form = loader.form();
    this.powers = powers(form.exponentMask());
    // Farther than to twice the base no difference of orders says how large an update is.
    this.most = 2L << Math.max(0, form.mantissa() - (form.width() == 8 ? form.low() : 0));
  }

  /** What one step of the order is worth at each exponent; nothing where there are no numbers. */
  private static double[] powers(int exponentMask) {
    double[] powers = new double[exponentMask + 1];
    for (int exponent = 0; exponent < exponentMask; exponent++) {
      int distance = exponent - exponentMask / 2;
      powers[exponent] = Math.scalb(1.0, Math.max(-FAR, Math.min(FAR, distance)));
    }
    return powers;
  }

  /** Sizes of updates, added up, and how many they are. */
  private static final class Sums {
    final double[] sizes;
    final int[] counts;

    Sums(int count) {
      sizes = new double[count];
      counts = new int[count];
    }

    void add(int at, double size) {
      sizes[at] += size;
      counts[at]++;
    }

    /** Returns the mean size of each; NaN where fewer than some were added. */
    double[] means(int least) {
      double[] means = new double[sizes.length];
      Arrays.setAll(means, i -> counts[i] < least ? Double.NaN : sizes[i] / counts[i]);
      return means;
    }
  }

  /**
   * Returns about how far sizes spread over rows and columns, as a standard deviation in doublings,
   * from a part of some blocks.
   */
  double spread(int blocks) {
    Sums rows = new Sums(rows());
    Sums columns = new Sums(matrix.length());
    double[] weights = new double[rows()];
    Arrays.fill(weights, 1);
    int perWord = Math.max(1, 4 / loader.form().width());
    add(rows, columns, weights, Tuning.stride(loader.blocks(), blocks), perWord);
    return StrictMath.sqrt(variance(rows.means(FEW)) + variance(columns.means(FEW)));
  }

  private int rows() {
    return Scales.rows(matrix.firstColumn(), matrix.length(), loader.elements());
  }

  private static double variance(double[] sizes) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (double size : sizes) {
      if (size > 0) {
        double doublings = Entropy.log2(size);
        sum += doublings;
        squares += doublings * doublings;
        count++;
      }
    }
    return count == 0 ? 0 : Math.max(0, squares / count - sum / count * (sum / count));
  }

  /**
   * Finds the scales.
   *
   * @param spacing how wide a context is, as a power of 2 of levels
   * @param every of long rows and columns one in so many elements is looked at
   * @return null if no row or column differs from the others
   */
  @Nullable Scales find(int spacing, int every) {
    Sums rows = new Sums(rows());
    Sums columns = new Sums(matrix.length());
    double[] weights = new double[rows()];
    add(rows, columns, weights, 1, matrix.length() < ENOUGH * every ? 1 : every);
    double[] byRow = rows.means(1);
    Arrays.setAll(weights, row -> byRow[row] > 0 ? 1 / byRow[row] : 0);
    columns = new Sums(matrix.length());
    add(rows, columns, weights, rows() < ENOUGH * every ? 1 : every, 1);
    int[] rowLevels = levels(byRow);
    int[] columnLevels = levels(columns.means(1));
    boolean same =
        Arrays.stream(rowLevels).allMatch(level -> level == 0)
            && Arrays.stream(columnLevels).allMatch(level -> level == 0);
    return same ? null : new Scales(matrix.firstColumn(), STEPS, spacing, rowLevels, columnLevels);
  }

  /**
   * Adds the sizes of updates to their row and to their column.
   *
   * @param weights of the rows
   * @param stride every how many blocks one is looked at
   * @param step every how many elements of it
   */
  private void add(Sums rows, Sums columns, double[] weights, int stride, int step) {
    int perWord = Math.max(1, 4 / loader.form().width());
    int laneLog = Integer.numberOfTrailingZeros(perWord);
    for (int block = 0; block < loader.blocks(); block += stride) {
      int words = loader.load(block) >>> laneLog;
      int first = block * ElementBlock.SIZE;
      int count = Math.min(ElementBlock.SIZE, loader.elements() - first);
      int row = (matrix.firstColumn() + first) / matrix.length();
      int column = (matrix.firstColumn() + first) % matrix.length();
      addBlock(rows, columns, weights, words, count, row, column, step);
    }
  }

  /**
   * Adds one block. What a row has is kept in a variable as long as the row goes on: added to in
   * the array it would have to be stored and loaded from element to element.
   */
  private void addBlock(
      Sums rows,
      Sums columns,
      double[] weights,
      int words,
      int count,
      int firstRow,
      int firstColumn,
      int step) {
    int perWord = Math.max(1, 4 / loader.form().width());
    int laneLog = Integer.numberOfTrailingZeros(perWord);
    int[] differences = space.difference;
    int[] exponents = space.exponents;
    int row = firstRow;
    int column = firstColumn;
    int i = 0;
    while (i < count) {
      double weight = weights[row];
      double sum = rows.sizes[row];
      int before = i;
      for (; i < count && column < matrix.length(); i += step) {
        int slot = (i & (perWord - 1)) * words + (i >>> laneLog);
        long distance = Math.min(most, Math.abs((long) differences[slot]));
        double size = distance * powers[exponents[slot]];
        sum += size;
        columns.add(column, size * weight);
        column += step;
      }
      rows.sizes[row] = sum;
      rows.counts[row] += (i - before) / step;
      column -= matrix.length();
      row++;
    }
  }

  /** Turns sizes into levels, 0 for what is usual among those above 0. */
  private static int[] levels(double[] sizes) {
    double sum = 0;
    int count = 0;
    for (double size : sizes) {
      sum += size > 0 ? Entropy.log2(size) : 0;
      count += size > 0 ? 1 : 0;
    }
    int[] levels = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      double doublings =
          sizes[i] > 0
              ? sum / count - Entropy.log2(sizes[i])
              : count == 0 || Double.isNaN(sizes[i]) ? 0 : STILL;
      double level = StrictMath.floor(doublings * (1 << STEPS) + 0.5);
      levels[i] = (int) Math.max(-Scales.MAX_LEVEL, Math.min(Scales.MAX_LEVEL, level));
    }
    return levels;
  }
}

package io.coralml.junit.stats;

/**
 * Ratios of blocks that were measured side by side. What slows down both blocks of a pair (a
 * neighbour on the machine, a clock that falls) cancels out in their ratio, so ratios are far
 * steadier than times.
 *
 * <p>Times are positive; unequal numbers, NaN and numbers that are not positive are refused.
 */
public final class PairRatios {
  private PairRatios() {}

  /**
   * Returns candidate over base, pair by pair. When pairs were measured in turn as base-candidate
   * and candidate-base (ABBA), a drift pushes every other ratio up and the ones between down, and
   * their median stays where it is.
   *
   * @param base the times of the base, in the order of pairs
   * @param candidate the times of the candidate, in the order of pairs; above 1 it is slower
   */
  public static Sample of(double[] base, double[] candidate) {
    check(base, candidate);
    double[] ratios = new double[base.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = candidate[i] / base[i];
    }
    return Sample.of(ratios);
  }

  /**
   * Returns the geometric mean of the ratios of each two successive pairs, one of which ran
   * base-candidate and the other candidate-base: a steady drift cancels out in each value. A last
   * pair without a partner stands for itself.
   *
   * @param base the times of the base, in the order of pairs
   * @param candidate the times of the candidate, in the order of pairs; above 1 it is slower
   */
  public static Sample balanced(double[] base, double[] candidate) {
    check(base, candidate);
    double[] ratios = new double[(base.length + 1) / 2];
    for (int i = 0; i < ratios.length; i++) {
      int first = 2 * i;
      double ratio = candidate[first] / base[first];
      ratios[i] =
          first + 1 == base.length
              ? ratio
              : Math.sqrt(ratio * (candidate[first + 1] / base[first + 1]));
    }
    return Sample.of(ratios);
  }

  private static void check(double[] base, double[] candidate) {
    if (base.length != candidate.length) {
      throw new IllegalArgumentException(
          "Pairs have as many base as candidate blocks; got "
              + base.length
              + " and "
              + candidate.length);
    }
    double least = Math.min(Sample.of(base).min(), Sample.of(candidate).min());
    if (least <= 0) {
      throw new IllegalArgumentException("A block takes more than no time; one is " + least);
    }
  }
}

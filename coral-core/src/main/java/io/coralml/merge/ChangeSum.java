package io.coralml.merge;

/**
 * The base plus a weighted sum of both sides' changes, for one element: {@code base + c₁(ours −
 * base) + c₂(theirs − base)}, in double, rounded once. A side whose bits are the base's has changed
 * nothing, even where the arithmetic would say otherwise (infinities, NaN); and where the sum is
 * just one side's own change, that side's bits are taken as they are, so that changes of different
 * elements combine exactly.
 */
final class ChangeSum {
  private ChangeSum() {}

  /** Returns how much a side changed an element; exactly 0 when the bits are the same. */
  static double change(FloatFormat format, long base, long side) {
    return base == side ? 0 : format.decode(side) - format.decode(base);
  }

  static long apply(
      FloatFormat format, long base, long ours, double oursTimes, long theirs, double theirsTimes) {
    boolean oursStays = oursTimes == 0 || ours == base;
    boolean theirsStays = theirsTimes == 0 || theirs == base;
    if (theirsStays && oursTimes == 1) {
      return ours;
    }
    if (oursStays && theirsTimes == 1) {
      return theirs;
    }
    if (ours == theirs && oursTimes + theirsTimes == 1) {
      return ours;
    }
    double mine = oursStays ? 0 : oursTimes * change(format, base, ours);
    double others = theirsStays ? 0 : theirsTimes * change(format, base, theirs);
    double sum = mine + others;
    return sum == 0 ? base : format.encode(format.decode(base) + sum);
  }
}

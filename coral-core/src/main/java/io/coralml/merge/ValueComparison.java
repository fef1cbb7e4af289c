package io.coralml.merge;

import io.coralml.tensor.TensorSource;

/** Compares two tensors whose elements are numbers, in one pass. Not thread-safe. */
final class ValueComparison {
  private final NumberFormat beforeFormat;
  private final NumberFormat afterFormat;
  private final boolean sameDtype;
  private final int parts;
  private final long elements;
  private final BlockCursor cursor;
  private final VectorSums sums = new VectorSums();

  private double[] before = new double[0];
  private double[] after = new double[0];
  private double[] difference = new double[0];
  private long changed;
  private long nonFinite;
  private double largest;

  ValueComparison(TensorSource before, TensorSource after) {
    this.beforeFormat = NumberFormat.of(before.dtype());
    this.afterFormat = NumberFormat.of(after.dtype());
    this.sameDtype = before.dtype().equals(after.dtype());
    this.parts = NumberFormat.partsOf(before.dtype());
    this.elements = before.shape().elements();
    this.cursor = new BlockCursor(elements * parts, before, after);
  }

  TensorComparison run() {
    while (cursor.next()) {
      int length = cursor.length();
      if (before.length < length) {
        before = new double[length];
        after = new double[length];
        difference = new double[length];
      }
      countChanged(length);
      for (int i = 0; i < length; i++) {
        compare(i);
      }
      sums.add(before, after, length);
      sums.addDifference(difference, length);
    }
    return new TensorComparison(
        elements, changed, nonFinite, sums.relativeDifference(), largest, cosine());
  }

  /** A block holds whole elements: its length is even where elements have two parts. */
  private void countChanged(int length) {
    for (int i = 0; i < length; i += parts) {
      boolean differs = isChanged(i);
      for (int part = 1; part < parts; part++) {
        differs |= isChanged(i + part);
      }
      changed += differs ? 1 : 0;
    }
  }

  private boolean isChanged(int i) {
    long one = cursor.bits(0, i);
    long other = cursor.bits(1, i);
    return sameDtype
        ? one != other
        : Double.compare(beforeFormat.value(one), afterFormat.value(other)) != 0;
  }

  private void compare(int i) {
    double one = beforeFormat.value(cursor.bits(0, i));
    double other = afterFormat.value(cursor.bits(1, i));
    if (!Double.isFinite(one) || !Double.isFinite(other)) {
      nonFinite++;
      before[i] = 0;
      after[i] = 0;
      difference[i] = 0;
      return;
    }
    double exact =
        sameDtype ? beforeFormat.difference(cursor.bits(0, i), cursor.bits(1, i)) : other - one;
    before[i] = one;
    after[i] = other;
    difference[i] = Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, exact));
    largest = Math.max(largest, Math.abs(difference[i]));
  }

  private double cosine() {
    if (sums.isFirstZero() || sums.isSecondZero()) {
      return sums.isFirstZero() && sums.isSecondZero() ? 1 : 0;
    }
    return sums.cosine();
  }
}

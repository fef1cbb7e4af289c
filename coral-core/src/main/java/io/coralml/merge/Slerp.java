package io.coralml.merge;

import io.coralml.merge.ArithmeticMerge.Formula;
import io.coralml.tensor.TensorSource;

/** Spherical linear interpolation of the two tensors, each taken as one long vector. */
record Slerp(double t) implements Formula {
  /** Below this sine of the angle the great circle is not determined by the numbers. */
  private static final double SMALLEST_SINE = 0x1p-20;

  @Override
  public ElementRule ruleFor(BothChanged change, FloatFormat format) {
    double cosine = cosine(change.ours(), change.theirs(), format);
    double angle = Math.acos(cosine);
    double sine = Math.sin(angle);
    boolean straight = Double.isNaN(cosine) || sine < SMALLEST_SINE;
    double first = straight ? 1 - t : Math.sin((1 - t) * angle) / sine;
    double second = straight ? t : Math.sin(t * angle) / sine;
    return (index, base, mine, others) ->
        format.encode(first * format.decode(mine) + second * format.decode(others));
  }

  private static double cosine(TensorSource ours, TensorSource theirs, FloatFormat format) {
    VectorSums sums = new VectorSums();
    BlockCursor cursor = new BlockCursor(ours.shape().elements(), ours, theirs);
    double[] a = new double[0];
    double[] b = new double[0];
    while (cursor.next()) {
      if (a.length < cursor.length()) {
        a = new double[cursor.length()];
        b = new double[cursor.length()];
      }
      for (int i = 0; i < cursor.length(); i++) {
        double x = format.decode(cursor.bits(0, i));
        double y = format.decode(cursor.bits(1, i));
        boolean finite = Double.isFinite(x) && Double.isFinite(y);
        a[i] = finite ? x : 0;
        b[i] = finite ? y : 0;
      }
      sums.add(a, b, cursor.length());
    }
    return sums.cosine();
  }
}

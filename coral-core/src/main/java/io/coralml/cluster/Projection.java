package io.coralml.cluster;

import io.coralml.similarity.Sample;
import java.util.Arrays;

/**
 * Places samples in a space of few dimensions in which near means alike: the sampled values, scaled
 * to unit size, are summed with random signs (Johnson and Lindenstrauss 1984; Achlioptas 2003).
 * Independent tensors lie about the square root of 2 apart; a tensor and its update by a share r of
 * its size lie about r apart.
 */
final class Projection {
  /** Dimensions. */
  static final int DIMENSIONS = 24;

  /** Values count at most so many times the typical size: outliers and NaN must not rule. */
  private static final double MOST = 8;

  private Projection() {}

  static double[] of(Sample sample) {
    double[] values = new double[sample.size()];
    double[] sizes = new double[sample.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = sample.value(i);
      sizes[i] = Math.abs(values[i]);
    }
    Arrays.sort(sizes);
    double typical = sizes.length == 0 ? 0 : sizes[sizes.length / 2];
    if (!(typical > 0)) {
      typical = sizes.length == 0 ? 1 : Math.max(Double.MIN_NORMAL, sizes[sizes.length - 1]);
    }
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(-MOST, Math.min(MOST, values[i] / typical));
      squares += values[i] * values[i];
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares * DIMENSIONS);
    double[] place = new double[DIMENSIONS];
    for (int i = 0; i < values.length; i++) {
      long signs = mix(i);
      for (int d = 0; d < DIMENSIONS; d++) {
        place[d] += ((signs >>> d) & 1) == 0 ? values[i] * scale : -values[i] * scale;
      }
    }
    return place;
  }

  private static long mix(long value) {
    long z = (value + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    return ((z ^ (z >>> 27)) * 0x94D049BB133111EBL) >>> 16;
  }

  static double distance(double[] one, double[] two) {
    double sum = 0;
    for (int d = 0; d < one.length; d++) {
      sum += (one[d] - two[d]) * (one[d] - two[d]);
    }
    return Math.sqrt(sum);
  }

  /** Returns the middle of places; not a tensor, only where one is looked for. */
  static double[] centre(Population population, int[] members) {
    double[] centre = new double[DIMENSIONS];
    for (int member : members) {
      double[] place = population.member(member).place();
      for (int d = 0; d < DIMENSIONS; d++) {
        centre[d] += place[d] / members.length;
      }
    }
    return centre;
  }
}

package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.List;

/**
 * Around how many values a sample gathers. More than one mode means that one median describes
 * nothing: the benchmark runs in two states, and the report should say so.
 *
 * <p>The test of Silverman ("Using Kernel Density Estimates to Investigate Multimodality", 1981):
 * the critical bandwidth {@code h(k)} is the smallest one at which a Gaussian kernel density has at
 * most {@code k} modes. If the sample really has {@code k} modes, samples drawn from that density
 * (and scaled back to the variance of the sample) often show more of them at the same bandwidth; if
 * hardly any does, {@code k} modes are not enough. One, two and three modes are tested, each at a
 * third of the significance, and there is one mode more than the largest number that is not enough:
 * three equal groups are told from two more easily than from one. It errs on the side of too few
 * modes. Densities are computed on a grid of 128 cells.
 *
 * <p>Severe outliers (3 quartile distances beyond the quartiles) are set aside as long as they are
 * not more than 5 % of the sample: they are reported as outliers. For the same reason a group of
 * less than 5 % is no mode. Fewer than ten values, and a constant sample, have one mode. Equal
 * values are no obstacle.
 *
 * @param pValue three times the smallest of the three p-values, at most 1; below the significance
 *     one mode does not explain the sample, though the others may be too small to count
 * @param peaks where the values gather, ascending; one peak or more
 */
public record Modes(double pValue, List<Double> peaks) {
  private static final int FEWEST_VALUES = 10;
  private static final int MOST_MODES = 4;
  private static final int RESAMPLES = 199;
  private static final double FEW = 0.05;

  /** Copies the peaks. */
  public Modes {
    peaks = List.copyOf(peaks);
  }

  /** Tells whether the sample gathers around more than one value. */
  public boolean multimodal() {
    return peaks.size() > 1;
  }

  /**
   * Finds the modes of a sample.
   *
   * @param significance how often a sample of one mode may be taken for one of several; 0.05 or
   *     less
   * @param seed the seed of the drawing
   */
  public static Modes of(Sample sample, double significance, long seed) {
    if (!(significance > 0 && significance < 1)) {
      throw new IllegalArgumentException(
          "A significance lies between 0 and 1; this one is " + significance);
    }
    double[] values = withoutFewOutliers(sample);
    double spread = values[values.length - 1] - values[0];
    if (values.length < FEWEST_VALUES || spread == 0) {
      return new Modes(1, List.of(sample.median()));
    }
    Draws draws = new Draws(seed);
    KernelDensity density = new KernelDensity(values);
    int modes = 1;
    double smallest = 1;
    for (int k = 1; k < MOST_MODES; k++) {
      double tests = MOST_MODES - 1;
      double pValue = tests * pValue(values, k, density.criticalBandwidth(k), draws);
      smallest = Math.min(smallest, pValue);
      modes = pValue < significance ? k + 1 : modes;
    }
    return new Modes(smallest, density.peaks(density.criticalBandwidth(modes), FEW));
  }

  private static double pValue(double[] values, int modes, double bandwidth, Draws draws) {
    int n = values.length;
    double mean = Moments.mean(values);
    double variance = Moments.squares(values) / n;
    double shrink = 1 / Math.sqrt(1 + bandwidth * bandwidth / variance);
    double[] drawn = new double[n];
    int more = 0;
    for (int i = 0; i < RESAMPLES; i++) {
      for (int j = 0; j < n; j++) {
        double smooth = values[draws.below(n)] + bandwidth * draws.gaussian();
        drawn[j] = mean + (smooth - mean) * shrink;
      }
      more += new KernelDensity(drawn).modes(bandwidth) > modes ? 1 : 0;
    }
    return (1.0 + more) / (1 + RESAMPLES);
  }

  private static double[] withoutFewOutliers(Sample sample) {
    Outliers outliers = sample.outliers();
    double[] sorted = sample.sorted();
    int aside = outliers.lowSevere() + outliers.highSevere();
    return aside > FEW * sorted.length
        ? sorted
        : Arrays.copyOfRange(sorted, outliers.lowSevere(), sorted.length - outliers.highSevere());
  }
}

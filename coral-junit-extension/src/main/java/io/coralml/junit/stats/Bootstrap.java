package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap (Efron, 1979): how a statistic would have varied had the same population
 * been sampled again. Seeded, so the same sample gives the same interval.
 */
public final class Bootstrap {
  private final int resamples;
  private final long seed;

  /**
   * Creates a bootstrap.
   *
   * @param resamples how many samples are drawn; 2,000 are plenty for a 95 % interval
   * @param seed the seed of the drawing
   */
  public Bootstrap(int resamples, long seed) {
    if (resamples < 100) {
      throw new IllegalArgumentException(
          "A bootstrap needs at least 100 resamples; asked for " + resamples + ".");
    }
    this.resamples = resamples;
    this.seed = seed;
  }

  /**
   * Returns the median with its interval.
   *
   * @param confidence for instance 0.95
   */
  public Interval median(Sample sample, double confidence) {
    double[] values = sample.sorted();
    double[] drawn = new double[values.length];
    double[] medians = new double[resamples];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < resamples; i++) {
      for (int j = 0; j < drawn.length; j++) {
        drawn[j] = values[random.nextInt(values.length)];
      }
      Arrays.sort(drawn);
      medians[i] = Sample.quantileOfSorted(drawn, 0.5);
    }
    Arrays.sort(medians);
    double tail = (1 - confidence) / 2;
    return new Interval(
        Sample.quantileOfSorted(medians, tail),
        sample.median(),
        Sample.quantileOfSorted(medians, 1 - tail));
  }
}

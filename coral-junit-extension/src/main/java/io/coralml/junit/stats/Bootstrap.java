package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.List;

/**
 * Percentile bootstrap (Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979): how a
 * median would have varied had the same population been sampled again. Seeded, so the same sample
 * gives the same interval on every JDK.
 *
 * <p>Assumption: the values of a sample are exchangeable, or, in the hierarchical form, their
 * neighbourhoods are. A sample of one value gives an interval of no width: it says nothing about
 * variation. Below about ten values the interval is too narrow, because what was never seen cannot
 * be drawn. Ties do no harm. Takes about {@code 2 n} steps per resample: a resample of sorted
 * values is a count per rank, and its median is found by adding the counts up, without sorting and
 * without allocating.
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
          "A bootstrap needs at least 100 resamples; asked for " + resamples);
    }
    this.resamples = resamples;
    this.seed = seed;
  }

  /**
   * Returns the median with its interval, for independent values.
   *
   * @param confidence for instance 0.95
   */
  public Interval median(Sample sample, double confidence) {
    double[] medians = medians(List.of(sample), 1, new Draws(seed));
    return interval(medians, sample.median(), confidence);
  }

  /**
   * Returns the median of all values with its interval when they were measured in several forks:
   * draws forks with replacement, and in each drawn fork blocks of neighbouring values with
   * replacement, the end of a fork joined to its beginning (a circular block bootstrap, Politis and
   * Romano, 1992, inside a two-stage one, Davison and Hinkley, "Bootstrap Methods and their
   * Application", 1997, section 3.8). The block length follows from each fork's autocorrelation.
   *
   * <p>The fork is the unit of inference: with many forks that disagree the interval is as wide as
   * they differ. A single fork leaves only its own variation, and the interval then says nothing
   * about other JVMs.
   *
   * @param forks the values of each fork in the order of time
   * @param confidence for instance 0.95
   */
  public Interval medianOfForks(List<Sample> forks, double confidence) {
    double[] medians = mediansOfForks(forks);
    return interval(medians, pooled(forks).median(), confidence);
  }

  /**
   * Returns the quotient of the medians of two samples that were drawn independently of each other,
   * with its interval. Use pair ratios instead wherever blocks were measured in pairs: they are far
   * sharper.
   *
   * @param confidence for instance 0.95
   * @throws IllegalArgumentException when a value is not positive
   */
  public Interval ratioOfMedians(Sample numerator, Sample denominator, double confidence) {
    requirePositive(numerator);
    requirePositive(denominator);
    Draws draws = new Draws(seed);
    double[] above = medians(List.of(numerator), 1, draws);
    double[] below = medians(List.of(denominator), 1, draws);
    for (int i = 0; i < resamples; i++) {
      above[i] /= below[i];
    }
    return interval(above, numerator.median() / denominator.median(), confidence);
  }

  /** Returns the median of every hierarchical resample, in the order they were drawn. */
  double[] mediansOfForks(List<Sample> forks) {
    int longest = 1;
    for (Sample fork : forks) {
      longest = Math.max(longest, fork.autocorrelation().blockLength(fork.size()));
    }
    return medians(forks, longest, new Draws(seed));
  }

  static Interval interval(double[] resampled, double estimate, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "A confidence lies between 0 and 1, 0.95 for instance; this one is " + confidence);
    }
    double[] sorted = resampled.clone();
    Arrays.sort(sorted);
    double tail = (1 - confidence) / 2;
    return new Interval(
        Math.min(estimate, Sample.quantileOfSorted(sorted, tail)),
        estimate,
        Math.max(estimate, Sample.quantileOfSorted(sorted, 1 - tail)));
  }

  static Sample pooled(List<Sample> forks) {
    return Sample.of(
        forks.stream().flatMapToDouble(fork -> Arrays.stream(fork.values())).toArray());
  }

  private double[] medians(List<Sample> forks, int blockLength, Draws draws) {
    double[] sorted = pooled(forks).sorted();
    int[][] ranks = forks.stream().map(fork -> ranks(fork, sorted)).toArray(int[][]::new);
    int[] counts = new int[sorted.length];
    double[] medians = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      Arrays.fill(counts, 0);
      int drawn = 0;
      for (int f = 0; f < ranks.length; f++) {
        int[] fork = ranks.length == 1 ? ranks[0] : ranks[draws.below(ranks.length)];
        draw(fork, blockLength, counts, draws);
        drawn += fork.length;
      }
      medians[i] = medianOfCounts(sorted, counts, drawn);
    }
    return medians;
  }

  private static void draw(int[] ranks, int blockLength, int[] counts, Draws draws) {
    int left = ranks.length;
    while (left > 0) {
      int at = draws.below(ranks.length);
      for (int i = Math.min(blockLength, left); i > 0; i--) {
        counts[ranks[at]]++;
        at = at + 1 == ranks.length ? 0 : at + 1;
        left--;
      }
    }
  }

  /** Returns the place of each value among all values; equal values share one. */
  private static int[] ranks(Sample fork, double[] sorted) {
    double[] values = fork.values();
    int[] ranks = new int[values.length];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = Arrays.binarySearch(sorted, values[i]);
    }
    return ranks;
  }

  private static double medianOfCounts(double[] sorted, int[] counts, int drawn) {
    int lower = (drawn - 1) / 2;
    int upper = drawn / 2;
    int rank = 0;
    int seen = counts[0];
    while (seen <= lower) {
      seen += counts[++rank];
    }
    double low = sorted[rank];
    if (lower == upper) {
      return low;
    }
    while (seen <= upper) {
      seen += counts[++rank];
    }
    return low == sorted[rank] ? low : low / 2 + sorted[rank] / 2;
  }

  private static void requirePositive(Sample sample) {
    if (sample.min() <= 0) {
      throw new IllegalArgumentException(
          "A ratio is taken of positive values; the smallest here is " + sample.min());
    }
  }
}

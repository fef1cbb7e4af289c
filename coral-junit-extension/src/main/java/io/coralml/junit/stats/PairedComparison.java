package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * What pairs of blocks say about two versions of the same code.
 *
 * <p>The median of the pair ratios is estimated with its 99 % interval by a bootstrap over forks
 * and, in each fork, over neighbouring pairs; see {@link Bootstrap#medianOfForks}. It works on
 * logarithms, so exchanging the two versions turns the ratio over and the outcome around.
 *
 * <ul>
 *   <li>{@link Outcome#SLOWER}: the interval lies wholly above {@code 1 + margin};
 *   <li>{@link Outcome#FASTER}: wholly below {@code 1 / (1 + margin)};
 *   <li>{@link Outcome#SAME}: wholly between the two;
 *   <li>{@link Outcome#INCONCLUSIVE}: it contains one of the two, or there are fewer than {@value
 *       #FEWEST_PAIRS} ratios. Measuring longer narrows it.
 * </ul>
 *
 * <p>Assumes that the two versions took turns (ABBA) within each fork. Ratios of two blocks need
 * not be normal: heavy tails, drift and autocorrelation are allowed for.
 *
 * @param outcome what the interval says
 * @param ratio the median ratio of candidate to base with its 99 % interval; above 1 is slower
 * @param margin the difference that is put up with, such as 0.02
 * @param pSlower how well "not slower than the margin" explains the ratios: the share of resamples
 *     that are not beyond it; where all are, the tail of Student's t with their mean and standard
 *     deviation. To be held to {@link OnlineDiscovery#level} when many are compared
 * @param pFaster likewise for "not faster than the margin"
 * @param pairs how many ratios there were
 * @param forks in how many forks
 * @param sentence what a person should know, in one sentence
 */
public record PairedComparison(
    Outcome outcome,
    Interval ratio,
    double margin,
    double pSlower,
    double pFaster,
    int pairs,
    int forks,
    String sentence) {
  /** The margin when nothing else is asked for: 2 %. */
  public static final double DEFAULT_MARGIN = 0.02;

  /** The confidence of the interval. */
  public static final double CONFIDENCE = 0.99;

  /** With fewer ratios than this nothing is decided. */
  public static final int FEWEST_PAIRS = 10;

  private static final int RESAMPLES = 5000;

  /** What a comparison comes to. */
  public enum Outcome {
    /** Slower by more than the margin. */
    SLOWER,
    /** Faster by more than the margin. */
    FASTER,
    /** No difference beyond the margin. */
    SAME,
    /** The pairs do not decide it. */
    INCONCLUSIVE
  }

  /**
   * Compares.
   *
   * @param forks the ratios of each fork in the order of time; see {@link PairRatios}
   * @param margin the difference that is put up with, such as 0.02
   * @param seed the seed of the bootstrap
   */
  public static PairedComparison of(List<Sample> forks, double margin, long seed) {
    if (!(margin > 0 && margin < 1)) {
      throw new IllegalArgumentException(
          "A margin lies between 0 and 1, 0.02 for 2 %; this one is " + margin);
    }
    if (forks.isEmpty()) {
      throw new IllegalArgumentException("A comparison needs the ratios of at least one fork.");
    }
    List<Sample> logs = forks.stream().map(PairedComparison::logarithms).toList();
    double[] medians = new Bootstrap(RESAMPLES, seed).mediansOfForks(logs);
    Interval ratio =
        Bootstrap.interval(medians, Bootstrap.pooled(logs).median(), CONFIDENCE).map(Math::exp);
    double limit = Math.log1p(margin);
    int pairs = logs.stream().mapToInt(Sample::size).sum();
    int freedom = Math.max(1, (forks.size() > 1 ? forks.size() : pairs) - 1);
    double pSlower = chance(medians, limit, freedom);
    double pFaster = chance(Arrays.stream(medians).map(m -> -m).toArray(), limit, freedom);
    Outcome outcome = pairs < FEWEST_PAIRS ? Outcome.INCONCLUSIVE : outcome(ratio, margin);
    return new PairedComparison(
        outcome,
        ratio,
        margin,
        pSlower,
        pFaster,
        pairs,
        forks.size(),
        sentence(outcome, ratio, margin, pairs));
  }

  /** Compares the ratios of a single JVM. */
  public static PairedComparison of(Sample ratios, double margin, long seed) {
    return of(List.of(ratios), margin, seed);
  }

  /**
   * Returns this comparison, or an inconclusive one when the machine could not be trusted.
   *
   * @param selfCheck the base compared with itself in the same run; it shows what the machine does
   *     to identical code
   */
  public PairedComparison trusting(PairedComparison selfCheck) {
    if (outcome == Outcome.INCONCLUSIVE || selfCheck.insideMargin()) {
      return this;
    }
    return undecided(
        String.format(
            Locale.ROOT,
            "Undecided: identical code differed by %s in the same run, more than the margin of %s;"
                + " the machine is too noisy.",
            percent(Math.abs(selfCheck.ratio.value() - 1)),
            percent(selfCheck.margin)));
  }

  /**
   * Returns this comparison, or an inconclusive one when it is slower by its own interval only: of
   * many benchmarks that did not change, one is beyond its interval by chance.
   *
   * @param level what {@link #pSlower} may be at most; see {@link OnlineDiscovery#level}
   * @param comparisons how many the run makes, for the sentence
   */
  public PairedComparison amongMany(double level, int comparisons) {
    if (outcome != Outcome.SLOWER || pSlower <= level) {
      return this;
    }
    return undecided(
        String.format(
            Locale.ROOT,
            "Undecided: %s slower by its own interval, but of the %d comparisons of this run one"
                + " may look so by chance (p = %.4f, at most %.4f is needed); measure longer.",
            percent(ratio.value() - 1),
            comparisons,
            pSlower,
            level));
  }

  private PairedComparison undecided(String why) {
    return new PairedComparison(
        Outcome.INCONCLUSIVE, ratio, margin, pSlower, pFaster, pairs, forks, why);
  }

  /** Tells whether the estimate, whatever its interval, lies inside the margin. */
  public boolean insideMargin() {
    return ratio.value() <= 1 + margin && ratio.value() >= 1 / (1 + margin);
  }

  private static Sample logarithms(Sample ratios) {
    if (ratios.min() <= 0) {
      throw new IllegalArgumentException(
          "A ratio of two times is positive; the smallest here is " + ratios.min());
    }
    return Sample.of(Arrays.stream(ratios.values()).map(Math::log).toArray());
  }

  /**
   * Returns how well values at or below a limit go with medians. So many resamples tell no chance
   * below one in 5,001, but of a thousand comparisons each is held to one in 20,000.
   */
  private static double chance(double[] medians, double limit, int freedom) {
    long below = Arrays.stream(medians).filter(m -> m <= limit).count();
    double share = (1.0 + below) / (1 + medians.length);
    if (below > 0) {
      return share;
    }
    double mean = Arrays.stream(medians).average().orElseThrow();
    double spread =
        Math.sqrt(Arrays.stream(medians).map(m -> (m - mean) * (m - mean)).sum() / medians.length);
    if (spread == 0) {
      return 0;
    }
    double tail = TDistribution.of(freedom).survivalProbability((mean - limit) / spread);
    return Math.min(share, tail);
  }

  private static Outcome outcome(Interval ratio, double margin) {
    double slower = 1 + margin;
    double faster = 1 / slower;
    if (ratio.low() > slower) {
      return Outcome.SLOWER;
    }
    if (ratio.high() < faster) {
      return Outcome.FASTER;
    }
    return ratio.low() >= faster && ratio.high() <= slower ? Outcome.SAME : Outcome.INCONCLUSIVE;
  }

  private static String sentence(Outcome outcome, Interval ratio, double margin, int pairs) {
    String interval = "99 % interval " + ratio + " of the ratio";
    return switch (outcome) {
      case SLOWER ->
          String.format(
              Locale.ROOT,
              "%s slower: the %s lies wholly beyond the margin of %s.",
              percent(ratio.value() - 1),
              interval,
              percent(margin));
      case FASTER ->
          String.format(
              Locale.ROOT,
              "%s faster: the %s lies wholly beyond the margin of %s.",
              percent(1 - ratio.value()),
              interval,
              percent(margin));
      case SAME ->
          String.format(
              Locale.ROOT,
              "The same: the %s lies wholly inside the margin of %s.",
              interval,
              percent(margin));
      case INCONCLUSIVE ->
          pairs < FEWEST_PAIRS
              ? String.format(
                  Locale.ROOT,
                  "Undecided: %d pair ratios are too few, at least %d are needed; measure longer.",
                  pairs,
                  FEWEST_PAIRS)
              : String.format(
                  Locale.ROOT,
                  "Undecided after %d pair ratios: the %s reaches across the margin of %s;"
                      + " measure longer.",
                  pairs,
                  interval,
                  percent(margin));
    };
  }

  private static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.1f", 100 * share);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " %";
  }
}

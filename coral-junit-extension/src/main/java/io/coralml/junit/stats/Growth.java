package io.coralml.junit.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The growth class that explains best how a cost depends on a size.
 *
 * <p>For each class {@code f} the model {@code log y = a + log f(n) + error} is fitted by least
 * squares; fits are compared by Akaike's criterion corrected for small samples, {@code N ln(RSS /
 * N) + 2k + 2k(k + 1) / (N - k - 1)} with {@code k = 2}: the intercept and the variance (Hurvich
 * and Tsai, "Regression and Time Series Model Selection in Small Samples", 1989; Burnham and
 * Anderson, "Model Selection and Multimodel Inference", 2002). Independently of the classes, the
 * exponent is the slope of least squares of {@code log y} on {@code log n}.
 *
 * <p>Assumes errors in proportion to the cost. A fixed cost that matters at the smallest sizes
 * makes growth look slower than it is in the end: begin where it has vanished.
 *
 * @param growthClass the best class
 * @param exponent the exponent {@code b} of {@code n^b} with its 95 % interval
 * @param runnerUp the second best class
 * @param lead by how much the criterion of the runner-up is worse; under 2 the two are hardly
 *     distinguishable, over 10 the runner-up is out of the question
 * @param sizes how many different sizes were measured
 */
public record Growth(
    GrowthClass growthClass, Interval exponent, GrowthClass runnerUp, double lead, int sizes) {
  /** How many different sizes a fit needs. */
  public static final int FEWEST_SIZES = 5;

  /** How many times the smallest size the largest must be. */
  public static final double LEAST_RANGE = 16;

  private static final int PARAMETERS = 2;
  private static final double CLEAR_LEAD = 2;

  /** The mean square error below which a fit counts as exact: what rounding alone leaves. */
  private static final double EXACT = 1e-24;

  /**
   * Fits the classes.
   *
   * @param n the sizes, from 2 up, in any order; a size may occur several times
   * @param cost the cost of each size, positive
   * @throws IllegalArgumentException when there are fewer than {@value #FEWEST_SIZES} sizes, when
   *     they span less than a factor of {@value #LEAST_RANGE}, or when a number is out of range
   */
  public static Growth fit(double[] n, double[] cost) {
    int sizes = check(n, cost);
    double[] logCost = Arrays.stream(cost).map(Math::log).toArray();
    double[] logSize = Arrays.stream(n).map(Math::log).toArray();
    Map<GrowthClass, Double> criteria = new EnumMap<>(GrowthClass.class);
    for (GrowthClass growthClass : GrowthClass.values()) {
      double[] rest = new double[n.length];
      for (int i = 0; i < n.length; i++) {
        rest[i] = logCost[i] - Math.log(growthClass.of(n[i]));
      }
      criteria.put(growthClass, criterion(Moments.squares(rest), n.length));
    }
    List<GrowthClass> ranked =
        criteria.entrySet().stream()
            .sorted(Comparator.comparingDouble(Map.Entry::getValue))
            .map(Map.Entry::getKey)
            .toList();
    GrowthClass best = ranked.get(0);
    GrowthClass second = ranked.get(1);
    double lead = criteria.get(second) - criteria.get(best);
    return new Growth(best, Trend.leastSquares(logSize, logCost, 0.95), second, lead, sizes);
  }

  private static double criterion(double squares, int points) {
    double k = PARAMETERS;
    return points * Math.log(Math.max(squares / points, EXACT))
        + 2 * k
        + 2 * k * (k + 1) / (points - k - 1);
  }

  /** Tells whether the runner-up is so close that the data do not decide between the two. */
  public boolean ambiguous() {
    return lead < CLEAR_LEAD;
  }

  /**
   * Tells whether the cost clearly grows like something worse than a class: so says the best class,
   * the exponent's interval does not hold the allowed power, with half a power allowed for a
   * logarithm, and no allowed class is nearly as good.
   */
  public boolean worseThan(GrowthClass allowed) {
    boolean logarithm = allowed == GrowthClass.LOGARITHMIC || allowed == GrowthClass.LINEARITHMIC;
    double power = allowed.power() + (logarithm ? 0.5 : 0);
    return growthClass.compareTo(allowed) > 0
        && exponent.low() > power
        && !(ambiguous() && runnerUp.compareTo(allowed) <= 0);
  }

  /** Returns one sentence for a person. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "Grows like %s (exponent %.2f, 95 %% interval %.2f to %.2f, over %d sizes); %s is %s.",
        growthClass.formula(),
        exponent.value(),
        exponent.low(),
        exponent.high(),
        sizes,
        runnerUp.formula(),
        ambiguous()
            ? "hardly distinguishable from it"
            : String.format(Locale.ROOT, "behind by %.1f AICc", lead));
  }

  private static int check(double[] n, double[] cost) {
    if (n.length != cost.length) {
      throw new IllegalArgumentException(
          "A growth fit needs one cost per size; got " + n.length + " and " + cost.length);
    }
    int sizes = (int) Arrays.stream(n).distinct().count();
    if (sizes < FEWEST_SIZES) {
      throw new IllegalArgumentException(
          "A growth fit needs at least " + FEWEST_SIZES + " different sizes; got " + sizes);
    }
    Sample size = Sample.of(n);
    if (size.min() < 2) {
      throw new IllegalArgumentException(
          "A growth fit takes sizes from 2 up, for log 1 is 0; the smallest is " + size.min());
    }
    if (size.max() / size.min() < LEAST_RANGE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A growth fit needs sizes that span a factor of %.0f; these reach from %s to %s.",
              LEAST_RANGE,
              size.min(),
              size.max()));
    }
    double least = Sample.of(cost).min();
    if (least <= 0) {
      throw new IllegalArgumentException(
          "A growth fit takes the logarithm of costs, so they are positive; one is " + least);
    }
    return sizes;
  }
}

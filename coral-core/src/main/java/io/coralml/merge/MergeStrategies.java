package io.coralml.merge;

import io.coralml.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/**
 * The merge strategies of the project: what becomes of a tensor that both sides changed.
 *
 * <h2>What all of them have in common</h2>
 *
 * <ul>
 *   <li>A tensor of which both sides hold the same bits comes back unchanged: the same change made
 *       twice is one change.
 *   <li>{@link #ours()}, {@link #theirs()} and {@link #fail()} know every dtype. The others
 *       calculate, on {@code F64, F32, F16, BF16} and the 8-bit floats except the scale format
 *       {@code F8_E8M0}. Integers, booleans, complex, packed and opaque dtypes are a {@linkplain
 *       MergeOutcome.Conflict conflict} that names the dtype, as are two shapes or two dtypes;
 *       {@link MergeStrategy#orElse} says what to do then.
 *   <li>Elements are decoded exactly to double, the formula is evaluated in double, and the result
 *       is rounded once to the dtype, to nearest, ties to even ({@link FloatFormat}; it also says
 *       what happens past the largest value).
 *   <li>NaN and infinities follow the arithmetic of the formula: they are never hidden. Elements
 *       that a formula leaves alone keep their bits, NaN payload and sign of zero included.
 *   <li>The result is a pure function of the tensors, the parameters and, for {@link #dare}, the
 *       seed and the name: never of threads or of the order of reading.
 *   <li>Results are computed as they are read, in blocks of 1 MiB, so tensors may be larger than
 *       memory. {@link #slerp} reads both sides once before (for the angle), {@link #ties} both
 *       sides and the base two to four times (for the threshold). Every read of the result
 *       calculates again; copy it ({@link io.coralml.tensor.Tensor#copyOf}) to read it often.
 * </ul>
 *
 * Task arithmetic, TIES and DARE work on <em>changes</em> (task vectors): side − base. Without a
 * base they find a conflict. A side whose element has the base's bits has a change of exactly 0
 * there, and where an element's result is one side's own change, that side's bits are taken as they
 * are. Parameters apply per tensor: published implementations that trim a whole model at once
 * (TIES) choose one threshold for all tensors, this one a threshold for each.
 *
 * <p>All strategies are immutable and thread-safe.
 */
public final class MergeStrategies {
  static final String OR_ELSE = "/";

  private static final String GRAMMAR =
      "ours, theirs, fail, average, weighted:OURS,THEIRS, slerp:T, task-arithmetic:LAMBDA,"
          + " ties:DENSITY,LAMBDA or dare:DROPRATE,LAMBDA,SEED";

  private MergeStrategies() {}

  /** Takes our side whole. */
  public static MergeStrategy ours() {
    return new TakeSide("ours", true);
  }

  /** Takes their side whole. */
  public static MergeStrategy theirs() {
    return new TakeSide("theirs", false);
  }

  /** Combines nothing: every tensor both sides changed is a conflict. */
  public static MergeStrategy fail() {
    return new AlwaysConflict("fail");
  }

  /**
   * The mean of both sides, {@code (ours + theirs) / 2}; symmetric. Never outside the two elements.
   *
   * <p>Source: Wortsman et al., Model soups: averaging weights of multiple fine-tuned models
   * improves accuracy without increasing inference time, ICML 2022 (the uniform soup).
   */
  public static MergeStrategy average() {
    return new ArithmeticMerge("average", false, new Weighted(0.5, 0.5));
  }

  /**
   * The weighted mean {@code (w₁ ours + w₂ theirs) / (w₁ + w₂)}. Elements of equal bits are kept,
   * and no result lies outside the two elements. With one weight 0 the other side is taken whole,
   * bit for bit, whatever its dtype.
   *
   * <p>Source: Wortsman et al., Model soups, ICML 2022; the weights of two models are normalised.
   *
   * @param ours weight of our side, finite and not negative
   * @param theirs weight of their side, finite and not negative
   * @throws InvalidInputException if a weight is negative or not finite, or both are 0
   */
  public static MergeStrategy weighted(double ours, double theirs) {
    require(
        ours >= 0 && theirs >= 0 && ours + theirs > 0 && Double.isFinite(ours + theirs),
        "The weights of a merge are finite, not negative and not both 0",
        ours,
        theirs);
    String name = "weighted:" + ours + "," + theirs;
    if (ours == 0 || theirs == 0) {
      return new TakeSide(name, theirs == 0);
    }
    double sum = ours + theirs;
    return new ArithmeticMerge(name, false, new Weighted(ours / sum, theirs / sum));
  }

  /**
   * Spherical linear interpolation: with Ω the angle between the two tensors, each taken as one
   * long vector, {@code sin((1−t)Ω)/sin Ω · ours + sin(tΩ)/sin Ω · theirs}. Where the vectors are
   * parallel or opposite (sin Ω under 2<sup>-20</sup>), or one is zero, the great circle is not
   * determined and the interpolation is linear. Elements of which either is not finite take no part
   * in the angle. {@code slerp(0)} takes our side and {@code slerp(1)} theirs, bit for bit.
   *
   * <p>Source: Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985.
   *
   * @param t how far from ours to theirs, 0 to 1
   * @throws InvalidInputException if t lies outside
   */
  public static MergeStrategy slerp(double t) {
    require(t >= 0 && t <= 1, "The position t of slerp lies between 0 and 1", t);
    String name = "slerp:" + t;
    if (t == 0 || t == 1) {
      return new TakeSide(name, t == 0);
    }
    return new ArithmeticMerge(name, false, new Slerp(t));
  }

  /**
   * Task arithmetic: {@code base + λ((ours − base) + (theirs − base))}; symmetric. With λ = 1
   * elements that only one side changed get that side's bits.
   *
   * <p>Source: Ilharco et al., Editing models with task arithmetic, ICLR 2023.
   *
   * @param lambda the scaling coefficient, finite; the paper finds 0.3 to 0.5 good for many tasks
   * @throws InvalidInputException if it is not finite
   */
  public static MergeStrategy taskArithmetic(double lambda) {
    require(Double.isFinite(lambda), "The coefficient of task arithmetic is finite", lambda);
    return new ArithmeticMerge("task-arithmetic:" + lambda, true, new TaskArithmetic(lambda));
  }

  /**
   * TIES: trim, elect sign, disjoint merge; symmetric. Of each side's changes the {@code density}
   * largest by magnitude are kept (at least one; all that tie with the smallest kept), the others
   * become 0. Per element the sign of the sum of what is left is elected; the changes of that sign
   * are averaged: {@code base + λ · mean}. Where the two cancel exactly, the base stays.
   *
   * <p>Source: Yadav et al., TIES-Merging: resolving interference when merging models, NeurIPS
   * 2023.
   *
   * @param density the share of changes to keep, above 0 and at most 1; the paper uses 0.2
   * @param lambda the scaling coefficient, finite; the paper uses 1 when it is not tuned
   * @throws InvalidInputException if a parameter lies outside
   */
  public static MergeStrategy ties(double density, double lambda) {
    require(
        density > 0 && density <= 1 && Double.isFinite(lambda),
        "The density of TIES is above 0 and at most 1, its coefficient finite",
        density,
        lambda);
    return new ArithmeticMerge("ties:" + density + "," + lambda, true, new Ties(density, lambda));
  }

  /**
   * DARE: drop and rescale, then task arithmetic. Each change is dropped with probability p and the
   * others are divided by 1 − p, so that the expected change is the change itself: {@code base +
   * λ(m₁(ours − base) + m₂(theirs − base)) / (1 − p)}, with m₁, m₂ independent and 0 with
   * probability p, else 1. The choice depends on the seed, the tensor's name, the side and the
   * element's index alone; the two sides draw differently, so changing their places changes the
   * result.
   *
   * <p>Source: Yu et al., Language models are super Mario: absorbing abilities from homologous
   * models as a free lunch, ICML 2024.
   *
   * @param dropRate p, at least 0 and below 1
   * @param lambda the scaling coefficient, finite
   * @param seed the same seed drops the same changes
   * @throws InvalidInputException if a parameter lies outside
   */
  public static MergeStrategy dare(double dropRate, double lambda, long seed) {
    require(
        dropRate >= 0 && dropRate < 1 && Double.isFinite(lambda / (1 - dropRate)),
        "The drop rate of DARE is at least 0 and below 1, its coefficient finite",
        dropRate,
        lambda);
    String name = "dare:" + dropRate + "," + lambda + "," + seed;
    return new ArithmeticMerge(name, true, new Dare(dropRate, lambda, seed));
  }

  /**
   * Parses what {@link MergeStrategy#name} prints: a strategy, with its parameters behind a colon
   * and separated by commas ({@code ties:0.2,1}); several joined by slashes are asked in that order
   * until one finds no conflict ({@code average/ours}).
   *
   * @throws InvalidInputException if it is none, or a parameter is missing, superfluous or out of
   *     range
   */
  public static MergeStrategy parse(String text) {
    return Arrays.stream(text.split(OR_ELSE, -1))
        .map(MergeStrategies::parseOne)
        .reduce(MergeStrategy::orElse)
        .orElseThrow();
  }

  private static MergeStrategy parseOne(String text) {
    int colon = text.indexOf(':');
    String verb = colon < 0 ? text : text.substring(0, colon);
    List<String> given =
        colon < 0 ? List.of() : Arrays.asList(text.substring(colon + 1).split(",", -1));
    try {
      return switch (verb + ":" + given.size()) {
        case "ours:0" -> ours();
        case "theirs:0" -> theirs();
        case "fail:0" -> fail();
        case "average:0" -> average();
        case "weighted:2" -> weighted(number(given, 0), number(given, 1));
        case "slerp:1" -> slerp(number(given, 0));
        case "task-arithmetic:1" -> taskArithmetic(number(given, 0));
        case "ties:2" -> ties(number(given, 0), number(given, 1));
        case "dare:3" -> dare(number(given, 0), number(given, 1), Long.parseLong(given.get(2)));
        default ->
            throw new InvalidInputException(
                "'" + text + "' is no merge strategy; write " + GRAMMAR + ".");
      };
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "A parameter of the merge strategy '" + text + "' is no number; write " + GRAMMAR + ".",
          e);
    }
  }

  private static double number(List<String> given, int index) {
    return Double.parseDouble(given.get(index));
  }

  private static void require(boolean holds, String rule, double... given) {
    if (!holds) {
      throw new InvalidInputException(rule + "; given: " + Arrays.toString(given) + ".");
    }
  }
}

package io.coralml.cluster;

import io.coralml.codec.Effort;
import io.coralml.codec.TensorCodec;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Corrects estimates by what the codec really makes of a few: the ratio of real to estimated bytes
 * of some deltas and of some tensors alone that are not stored so yet, chosen by a seed. What is
 * stored already in the way it is to be stored is known and needs no estimate.
 */
final class Calibration {
  private static final int MEASURED = 24;
  private static final long MOST_BYTES = 4L << 20;

  private final Population population;
  private final double deltaRatio;
  private final double aloneRatio;

  private Calibration(Population population, double deltaRatio, double aloneRatio) {
    this.population = population;
    this.deltaRatio = deltaRatio;
    this.aloneRatio = aloneRatio;
  }

  static Calibration measure(Population population, int[] parents, Effort effort, long seed) {
    List<Integer> deltas = new ArrayList<>();
    List<Integer> alone = new ArrayList<>();
    for (int i = 0; i < parents.length; i++) {
      if (!isKnown(population, i, parents[i]) && population.member(i).bytes() <= MOST_BYTES) {
        (parents[i] == BaseForest.NONE ? alone : deltas).add(i);
      }
    }
    return new Calibration(
        population,
        ratio(population, deltas, parents, effort, seed),
        ratio(population, alone, parents, effort, seed));
  }

  private static boolean isKnown(Population population, int target, int base) {
    Population.Member member = population.member(target);
    return base == BaseForest.NONE
        ? member.base() == null
        : population.member(base).id().equals(member.base());
  }

  private static double ratio(
      Population population, List<Integer> targets, int[] parents, Effort effort, long seed) {
    Collections.shuffle(targets, new Random(seed));
    List<Integer> chosen = targets.subList(0, Math.min(MEASURED, targets.size()));
    double estimated = 0;
    double real = 0;
    for (int target : chosen) {
      int base = parents[target];
      estimated += estimate(population, target, base);
      real +=
          TensorCodec.of(effort)
              .encode(
                  Tensor.copyOf(population.open(target)),
                  base == BaseForest.NONE ? null : Tensor.copyOf(population.open(base)))
              .length();
    }
    return estimated == 0 ? 1 : real / estimated;
  }

  private static double estimate(Population population, int target, int base) {
    return base == BaseForest.NONE
        ? population.member(target).aloneBytes()
        : population.deltaBytes(target, base);
  }

  /** Returns the bytes a tensor is expected to have against a base, or alone. */
  long bytes(int target, int base) {
    double estimate = estimate(population, target, base);
    if (isKnown(population, target, base)) {
      return Math.round(estimate);
    }
    return Math.round(estimate * (base == BaseForest.NONE ? aloneRatio : deltaRatio));
  }
}

package io.coralml.perf.stress;

import io.coralml.CoralException;
import io.coralml.junit.Better;
import io.coralml.junit.Metrics;
import io.qameta.allure.Allure;
import java.util.List;
import java.util.Optional;

/**
 * The result of making a load larger and larger.
 *
 * @param reached the largest load that was borne; 0 when even the first was not
 * @param bound the largest load that was to be tried
 * @param refusal what the system said to the first load it did not bear; empty when it bore all
 */
record BreakingPoint(long reached, long bound, Optional<String> refusal) {

  /** Bears a load, or says why not: by an exception of the store, or by running out of memory. */
  @FunctionalInterface
  interface Load {
    void bear(long size) throws Exception;
  }

  /** Tries the sizes in order until one is not borne. An assertion that fails is no refusal. */
  static BreakingPoint search(List<Long> sizes, Load load) throws Exception {
    long reached = 0;
    for (long size : sizes) {
      try {
        load.bear(size);
      } catch (CoralException | OutOfMemoryError e) {
        return new BreakingPoint(reached, sizes.get(sizes.size() - 1), Optional.of(e.toString()));
      }
      reached = size;
    }
    return new BreakingPoint(reached, sizes.get(sizes.size() - 1), Optional.empty());
  }

  /** Records how far it came. */
  BreakingPoint record(Metrics metrics, String unit) {
    metrics.value("reached", (double) reached, unit, Better.HIGHER);
    metrics.value("search_bound", (double) bound, unit, Better.NEITHER);
    metrics.value("broke", refusal.isPresent() ? 1 : 0, "1", Better.LOWER);
    refusal.ifPresent(words -> Allure.addAttachment("refusal", "text/plain", words));
    return this;
  }
}

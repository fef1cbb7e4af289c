package io.coralml.junit.stats;

/**
 * The random numbers of this package: SplitMix64 (Steele, Lea and Flood, "Fast Splittable
 * Pseudorandom Number Generators", OOPSLA 2014).
 *
 * <p>{@link java.util.SplittableRandom} uses the same generator, but neither the sequence nor the
 * way a bound is applied is part of its contract. An interval in a report must be the same on every
 * JDK, so both are written down here. Not thread-safe.
 */
final class Draws {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  Draws(long seed) {
    state = seed;
  }

  /** Returns 64 random bits. */
  long bits() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Returns a number from 0 to {@code bound - 1}: the upper 32 bits scaled down (Lemire, 2019,
   * without the rejection; the bias is below {@code bound / 2^32}).
   */
  int below(int bound) {
    return (int) (((bits() >>> 32) * bound) >>> 32);
  }

  /** Returns a number from 0 inclusive to 1 exclusive, a multiple of 2^-53. */
  double uniform() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  /** Returns a number of the standard normal distribution (Box and Muller, 1958). */
  double gaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * Math.PI * uniform());
  }
}

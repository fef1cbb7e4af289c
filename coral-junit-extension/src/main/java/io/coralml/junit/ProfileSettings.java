package io.coralml.junit;

import java.time.Duration;

/**
 * What the active profile asks for. Ask for it as a parameter of a constructor, a lifecycle method
 * or a benchmark, and take sizes and repetitions from it.
 *
 * @param name the profile's name; differs from {@code profile().key()} for a custom profile
 * @param profile the built-in profile that it is or extends
 * @param seed the seed of everything random in the run
 * @param budget how long the whole run may measure; zero when nothing is measured
 * @param benchmarkTime how long one benchmark may measure, warm-up included, before allotment
 * @param repetitions how often the body of a scenario runs
 * @param forks how many fresh JVMs measure each benchmark; 0 measures in the JVM of the test
 * @param scale how much data: 1 in functional and quick, then 2, 4 and 8; multiply sizes with it
 * @param workers how many threads {@link Threads#WORKERS} stands for: one for each core, unless
 *     {@code coral.benchmark.workers} says otherwise
 */
public record ProfileSettings(
    String name,
    BenchmarkProfile profile,
    long seed,
    Duration budget,
    Duration benchmarkTime,
    int repetitions,
    int forks,
    int scale,
    int workers) {

  /** Tells whether anything is measured; false means every body runs once. */
  public boolean measured() {
    return profile != BenchmarkProfile.FUNCTIONAL;
  }

  /**
   * Chooses by profile.
   *
   * @param quick what functional and quick take
   * @param standard what standard takes
   * @param full what full takes
   * @param comprehensive what comprehensive takes
   */
  public <T> T choose(T quick, T standard, T full, T comprehensive) {
    return switch (profile) {
      case FUNCTIONAL, QUICK -> quick;
      case STANDARD -> standard;
      case FULL -> full;
      case COMPREHENSIVE -> comprehensive;
    };
  }
}

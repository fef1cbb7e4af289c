package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;

/**
 * Profiles choose what runs, how long, and how much data there is. Without {@code @Profile} a
 * benchmark runs from standard up. Data come from the seed of the run and grow with its scale.
 *
 * <p>A profile of one's own needs no code, only lines in {@code junit-platform.properties} or on
 * the command line; so does a choice of suites:
 *
 * <pre>
 * coral.profile = nightly
 * coral.profile.nightly.extends = full
 * coral.profile.nightly.budget = 15m
 * coral.suites = samples, codec
 * </pre>
 */
class S15ProfilesBenchmark {
  private int[] data = {};

  @BeforeEach
  void makeData(ProfileSettings settings) {
    int size = settings.choose(1_000, 10_000, 100_000, 1_000_000);
    data = new SplittableRandom(settings.seed()).ints(size).toArray();
  }

  @CoralBenchmark(suite = "samples")
  @Profile(BenchmarkProfile.QUICK)
  void inEveryProfile(Blackhole hole) {
    hole.consume(Arrays.hashCode(data));
  }

  @CoralBenchmark(suite = "samples")
  void fromStandardUp(Blackhole hole) {
    hole.consume(Arrays.stream(data).sum());
  }

  @CoralBenchmark(suite = "samples")
  @Profile(BenchmarkProfile.FULL)
  void inLargeProfilesOnly(Blackhole hole) {
    int[] copy = data.clone();
    Arrays.sort(copy);
    hole.consume(copy);
  }
}

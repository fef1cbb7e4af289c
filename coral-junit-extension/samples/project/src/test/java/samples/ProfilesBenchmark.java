package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import org.junit.jupiter.api.BeforeEach;

/**
 * Profiles choose what runs and how much data there is. Without {@code @Profile} a benchmark runs from
 * standard up. A profile of one's own needs no code, only configuration, on the command line or in
 * junit-platform.properties:
 *
 * <pre>
 * coral.profile = nightly
 * coral.profile.nightly.extends = full
 * coral.profile.nightly.budget = 15m
 * </pre>
 */
class ProfilesBenchmark {
  private byte[] data = {};

  @BeforeEach
  void setUp(ProfileSettings settings) {
    data = new byte[1024 * settings.scale()];
  }

  @CoralBenchmark(suite = "samples")
  @Profile(BenchmarkProfile.QUICK)
  void inEveryProfile(Blackhole hole) {
    hole.consume(data.clone());
  }

  @CoralBenchmark(suite = "samples")
  void fromStandardUp(Blackhole hole) {
    hole.consume(data.clone());
  }

  @CoralBenchmark(suite = "samples")
  @Profile(BenchmarkProfile.FULL)
  void inLargeProfilesOnly(Blackhole hole) {
    hole.consume(data.clone());
  }
}

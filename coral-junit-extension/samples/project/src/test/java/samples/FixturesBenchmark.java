package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Fresh;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;

/**
 * Set-up is JUnit's and is never timed. What every single call needs anew comes from a factory
 * method, named by {@code @Fresh}; its cost is kept out too.
 *
 * <p>WRONG: sorting the array of the field sorts it once; every later call meets a sorted array.
 * RIGHT: each call gets a shuffled one.
 */
@Profile(BenchmarkProfile.QUICK)
class FixturesBenchmark {
  private int[] numbers = {};
  private long seed;

  @BeforeEach
  void setUp(ProfileSettings settings) {
    seed = settings.seed();
    numbers = shuffled();
  }

  int[] shuffled() {
    return new Random(seed).ints(10_000).toArray();
  }

  @CoralBenchmark(suite = "samples")
  void wrongSortsWhatIsSorted(Blackhole hole) {
    Arrays.sort(numbers);
    hole.consume(numbers);
  }

  @CoralBenchmark(suite = "samples")
  void rightSortsAShuffledArray(@Fresh("shuffled") int[] shuffled, Blackhole hole) {
    Arrays.sort(shuffled);
    hole.consume(shuffled);
  }
}

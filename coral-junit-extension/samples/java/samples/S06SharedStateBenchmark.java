package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Fresh;
import io.coralml.junit.Profile;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Trap: state that one call leaves to the next. The first call sorts; all others find the array
 * sorted and measure something else.
 *
 * <pre>
 * wrong: sorts the same array again and again         1.6 µs/op
 * right: copies, and the copy is part of the price  361 µs/op
 * right: a fresh array for each call, not timed     356 µs/op
 * the price of the copy alone                         2.3 µs/op
 * </pre>
 *
 * Prefer the copy when it is cheap beside the work: calls with a fresh fixture are timed one by
 * one.
 */
@Profile(BenchmarkProfile.QUICK)
class S06SharedStateBenchmark {
  private static final int SIZE = 10_000;

  private final int[] shuffled = new SplittableRandom(1).ints(SIZE).toArray();
  private final int[] shared = shuffled.clone();

  @CoralBenchmark(suite = "samples")
  void wrong(Blackhole hole) {
    Arrays.sort(shared);
    hole.consume(shared);
  }

  @CoralBenchmark(suite = "samples")
  void rightWithCopy(Blackhole hole) {
    int[] copy = shuffled.clone();
    Arrays.sort(copy);
    hole.consume(copy);
  }

  @CoralBenchmark(suite = "samples")
  void rightWithFresh(@Fresh("unsorted") int[] numbers, Blackhole hole) {
    Arrays.sort(numbers);
    hole.consume(numbers);
  }

  int[] unsorted() {
    return shuffled.clone();
  }

  @CoralBenchmark(suite = "samples")
  void copyAlone(Blackhole hole) {
    hole.consume(shuffled.clone());
  }
}

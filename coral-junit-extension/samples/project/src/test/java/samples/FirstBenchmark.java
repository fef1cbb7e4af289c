package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;

/**
 * A benchmark is a test that returns numbers. Start it from the gutter of an IDE and it is measured;
 * `mvn test` runs it once, so that it never rots.
 *
 * <p>{@code @Profile(QUICK)}: it takes part in the quick profile and in every larger one. The method
 * is void; what it computes goes to the black hole, or the compiler would remove it.
 */
@Profile(BenchmarkProfile.QUICK)
class FirstBenchmark {
  private double x = 2.5;

  @CoralBenchmark(suite = "samples")
  void logarithm(Blackhole hole) {
    hole.consume(Math.log(x));
  }
}

package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import org.junit.jupiter.api.BeforeEach;

/**
 * A benchmark is a test that returns numbers. It stands beside {@code @Test}, is void, and hands
 * what it computes to a {@link Blackhole}, so that the compiler cannot leave the work out.
 *
 * <p>Start it from the gutter of the IDE, or with {@code -Dcoral.profile=quick}, and it is
 * measured. A plain build calls it once, like any test: a benchmark that no longer works fails the
 * build.
 *
 * <pre>
 * logarithm   5.4 ns/op
 * </pre>
 */
@Profile(BenchmarkProfile.QUICK)
class S01FirstBenchmark {
  private double x;

  /** Set-up is JUnit's own, and is never timed. */
  @BeforeEach
  void chooseInput() {
    x = 42.0;
  }

  @CoralBenchmark(suite = "samples")
  void logarithm(Blackhole hole) {
    hole.consume(Math.log(x));
  }
}

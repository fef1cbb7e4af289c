package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;

/**
 * Trap: dead code. What nobody uses is not computed, and a fast number is the number of nothing.
 *
 * <pre>
 * wrong: the result is dropped     0.38 ns/op
 * right: the result is consumed   12.2  ns/op
 * nothing at all                   0.38 ns/op
 * </pre>
 *
 * The engine measures an empty body as well, and warns when a body cannot be told from it.
 */
@Profile(BenchmarkProfile.QUICK)
class S03DeadCodeBenchmark {
  private double x = Math.PI;

  @CoralBenchmark(suite = "samples")
  void wrong() {
    tenDivisions(x);
  }

  @CoralBenchmark(suite = "samples")
  void right(Blackhole hole) {
    hole.consume(tenDivisions(x));
  }

  @CoralBenchmark(suite = "samples")
  void nothing() {
    // The floor: what a call costs when there is nothing in it.
  }

  private static double tenDivisions(double x) {
    double y = x;
    for (int i = 0; i < 10; i++) {
      y = y * y / Math.E;
    }
    return y;
  }
}

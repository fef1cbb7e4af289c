package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;

/**
 * Trap: an allocation that is not there. An object that never leaves the code it was made in is
 * taken apart into registers. Measured on its own it costs nothing; in the program, where it is
 * stored somewhere, it costs its bytes.
 *
 * <pre>
 * stays inside: consumes a part      0.54 ns/op,  0 B/op
 * leaves: consumes the object        1.9  ns/op, 32 B/op
 * </pre>
 *
 * Neither is wrong; ask which of the two your program does, and look at {@code b_per_op}.
 */
@Profile(BenchmarkProfile.QUICK)
class S13EscapeAnalysisBenchmark {
  private double x = 3;
  private double y = 4;

  record Point(double x, double y) {
    Point plus(Point other) {
      return new Point(x + other.x, y + other.y);
    }
  }

  @CoralBenchmark(suite = "samples")
  void staysInside(Blackhole hole) {
    hole.consume(new Point(x, y).plus(new Point(y, x)).x());
  }

  @CoralBenchmark(suite = "samples")
  void leaves(Blackhole hole) {
    hole.consume(new Point(x, y).plus(new Point(y, x)));
  }
}

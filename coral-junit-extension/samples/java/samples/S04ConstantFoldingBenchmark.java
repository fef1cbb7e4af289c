package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trap: constant folding. When every input is a constant, so is the result, and the compiler
 * computes it once and for all. Read inputs from fields that are not final, or take them as
 * arguments: the engine keeps both from being folded.
 *
 * <pre>
 * wrong: a static final input      0.38 ns/op
 * right: a field                  24.4  ns/op
 * right: an argument              24.4  ns/op
 * </pre>
 */
@Profile(BenchmarkProfile.QUICK)
class S04ConstantFoldingBenchmark {
  private static final double CONSTANT = 4711;

  private double field = 4711;

  @CoralBenchmark(suite = "samples")
  void wrong(Blackhole hole) {
    hole.consume(tenRoots(CONSTANT));
  }

  @CoralBenchmark(suite = "samples")
  void rightWithField(Blackhole hole) {
    hole.consume(tenRoots(field));
  }

  @CoralBenchmark(suite = "samples")
  @ValueSource(doubles = 4711)
  void rightWithArgument(double argument, Blackhole hole) {
    hole.consume(tenRoots(argument));
  }

  private static double tenRoots(double x) {
    double root = x;
    for (int i = 0; i < 10; i++) {
      root = Math.sqrt(root + i);
    }
    return root;
  }
}

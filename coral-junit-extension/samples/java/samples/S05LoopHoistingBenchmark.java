package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;

/**
 * Trap: a loop of one's own. What does not change inside it is moved out, turns are merged and run
 * side by side, and the time per turn is a time nobody will ever see. The engine has a loop that is
 * guarded against this; give it one operation.
 *
 * <pre>
 * wrong: a thousand additions in a loop, per addition   0.011 ns
 * right: one addition                                   0.54 ns
 * </pre>
 *
 * The first number says an addition takes a fraction of a clock cycle. A loop is right where the
 * loop is the operation, as in a sum over an array; then declare the items it works on.
 */
@Profile(BenchmarkProfile.QUICK)
class S05LoopHoistingBenchmark {
  private static final int TURNS = 1000;

  private int x = 1;
  private int y = 2;

  @CoralBenchmark(suite = "samples", itemsPerOp = TURNS)
  void wrong(Blackhole hole) {
    int sum = 0;
    for (int i = 0; i < TURNS; i++) {
      sum += x + y;
    }
    hole.consume(sum);
  }

  @CoralBenchmark(suite = "samples")
  void right(Blackhole hole) {
    hole.consume(x + y);
  }
}

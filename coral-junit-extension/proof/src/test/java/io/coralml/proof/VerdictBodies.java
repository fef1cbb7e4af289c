package io.coralml.proof;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import java.util.stream.IntStream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A body and copies of it that do 0, 3 and 5 % more work, to be told from it; run in forks by
 * {@link VerdictBenchmark}. The work is a chain of multiplications, each of which waits for the one
 * before, so that more turns are more time.
 */
@Profile(BenchmarkProfile.QUICK)
class VerdictBodies {
  private static final int TURNS = 10_000;

  private long state = 42;
  private int turns = TURNS;
  private int threePercentMore = TURNS + TURNS * 3 / 100;
  private int fivePercentMore = TURNS + TURNS * 5 / 100;

  static IntStream runs() {
    return IntStream.range(0, Integer.getInteger("coral.proof.runs", 1));
  }

  @CoralBenchmark
  @Baseline("base")
  @MethodSource("runs")
  void same(int run, Blackhole hole) {
    hole.consume(run + multiply(turns));
  }

  @CoralBenchmark
  @Baseline("base")
  @MethodSource("runs")
  void slower3(int run, Blackhole hole) {
    hole.consume(run + multiply(threePercentMore));
  }

  @CoralBenchmark
  @Baseline("base")
  @MethodSource("runs")
  void slower5(int run, Blackhole hole) {
    hole.consume(run + multiply(fivePercentMore));
  }

  @SuppressWarnings("UnusedMethod") // named by @Baseline
  void base(int run, Blackhole hole) {
    hole.consume(run + multiply(turns));
  }

  private long multiply(int times) {
    long x = state;
    for (int i = 0; i < times; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    state = x;
    return x;
  }
}

package turns;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.Threads;

/** Works as long as {@link Work} says: on two threads, and measured call by call. */
public class SpinningTogether {
  private final int length = Work.length();

  @CoralBenchmark(suite = "turns")
  @Profile(BenchmarkProfile.QUICK)
  @Baseline(margin = 0.9)
  @Threads(2)
  void onTwoThreads(Blackhole blackhole) {
    spin(blackhole);
  }

  @CoralBenchmark(suite = "turns", mode = Mode.LATENCY)
  @Profile(BenchmarkProfile.QUICK)
  @Baseline(margin = 0.9)
  void eachCall(Blackhole blackhole) {
    spin(blackhole);
  }

  private void spin(Blackhole blackhole) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      sum = sum * 31 + (i ^ sum);
    }
    blackhole.consume(sum);
  }
}

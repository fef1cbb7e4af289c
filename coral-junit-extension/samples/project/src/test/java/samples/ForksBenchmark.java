package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;

/**
 * Forks: two JVMs that run the same code may differ by more than all the blocks within one. The
 * profiles full and comprehensive fork by themselves; here it is asked for, with another collector.
 */
@Profile(BenchmarkProfile.QUICK)
class ForksBenchmark {
  @CoralBenchmark(suite = "samples", forks = 2)
  void inTwoForks(Blackhole hole) {
    hole.consume(new int[64]);
  }

  @CoralBenchmark(suite = "samples", forks = 2, jvmArgs = "-XX:+UseSerialGC")
  void withTheSerialCollector(Blackhole hole) {
    hole.consume(new int[64]);
  }
}

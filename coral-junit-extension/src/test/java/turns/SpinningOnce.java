package turns;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import org.junit.jupiter.api.BeforeEach;

/** Works as long as {@link Work} says, which it asks in its set-up. */
public class SpinningOnce {
  private int length;

  @BeforeEach
  void ask() {
    length = Work.length();
  }

  @CoralBenchmark(suite = "turns")
  @Profile(BenchmarkProfile.QUICK)
  @Baseline(margin = 0.9)
  void spin(Blackhole blackhole) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      sum = sum * 31 + (i ^ sum);
    }
    blackhole.consume(sum);
  }
}

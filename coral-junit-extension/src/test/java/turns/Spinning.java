package turns;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.EnumSource;

/** Works as long as {@link Work} says: with set-up, arguments of its own types, and a folder. */
public class Spinning {
  @TempDir Path folder;
  private int length;

  /** How many times the work is done. */
  public enum Times {
    /** Once. */
    ONCE,
    /** Twice. */
    TWICE
  }

  @BeforeEach
  void ask(ProfileSettings settings) {
    length = Work.length() * settings.scale();
  }

  @CoralBenchmark(suite = "turns")
  @Profile(BenchmarkProfile.QUICK)
  @Baseline(margin = 0.9)
  @EnumSource(Times.class)
  void spin(Times times, Blackhole blackhole) {
    long sum = 0;
    int turns = times == Times.TWICE ? 2 * length : length;
    for (int i = 0; i < turns; i++) {
      sum = sum * 31 + (i ^ sum);
    }
    blackhole.consume(sum);
  }

  @CoralBenchmark(suite = "turns", mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  void look(Metrics metrics) {
    metrics.rawBytes(Files.exists(folder) ? 1 : 0);
  }
}

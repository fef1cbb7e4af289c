package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * Leaks: with {@code leak = true} the heap that is left after a collection is set against the
 * operations done. No leak is a narrow interval that
 * holds 0; a wide one, as of few repetitions, decides nothing.
 *
 * <pre>
 * keeps what it makes   [1,043,000 1,049,000 1,057,000] B/op: may leak
 * lets it go            [-0.02 -0.01 0.00] B/op: no leak
 * </pre>
 */
@Profile(BenchmarkProfile.QUICK)
class S17LeakBenchmark {
  private final List<byte[]> kept = new ArrayList<>();

  @AfterEach
  void forget() {
    kept.clear();
  }

  @CoralBenchmark(suite = "samples", mode = Mode.SCENARIO, repetitions = 12, leak = true)
  void keeps() {
    kept.add(new byte[1 << 20]);
  }

  @CoralBenchmark(suite = "samples", leak = true)
  void letsGo(Blackhole hole) {
    hole.consume(new byte[100]);
  }
}

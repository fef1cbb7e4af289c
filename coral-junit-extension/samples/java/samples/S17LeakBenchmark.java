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
 * operations done. No leak is an interval that holds 0.
 *
 * <pre>
 * keeps what it makes   leak_bytes_per_op LEAK_KEEPS, retained LEAK_RETAINED
 * lets it go            leak_bytes_per_op LEAK_NONE
 * </pre>
 */
@Profile(BenchmarkProfile.QUICK)
class S17LeakBenchmark {
  private final List<byte[]> kept = new ArrayList<>();

  @AfterEach
  void forget() {
    kept.clear();
  }

  @CoralBenchmark(suite = "samples", mode = Mode.SCENARIO, repetitions = 6, leak = true)
  void keeps() {
    kept.add(new byte[1 << 20]);
  }

  @CoralBenchmark(suite = "samples", leak = true)
  void letsGo(Blackhole hole) {
    hole.consume(new byte[100]);
  }
}

package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory: b_per_op is exact, whatever else the machine does. With {@code leak = true} the heap after
 * collections is observed against the operations; the leak's interval excludes zero, that of the
 * body without one contains it.
 */
@Profile(BenchmarkProfile.QUICK)
class MemoryBenchmark {
  private static final List<byte[]> LEAKED = new ArrayList<>();

  @CoralBenchmark(suite = "samples")
  void allocates272Bytes(Blackhole hole) {
    hole.consume(new byte[256]); // 16 bytes of header
  }

  @CoralBenchmark(suite = "samples", leak = true)
  void keepsNothing(Blackhole hole) {
    hole.consume(new byte[100]);
  }

  @CoralBenchmark(suite = "samples", mode = io.coralml.junit.Mode.SCENARIO, repetitions = 8, leak = true)
  void keepsAMegabyte() {
    LEAKED.add(new byte[1 << 20]);
  }
}

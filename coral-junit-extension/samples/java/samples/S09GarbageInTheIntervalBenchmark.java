package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.util.Arrays;

/**
 * Trap: garbage in the interval. Code that allocates is cheap until the heap is full, and then
 * somebody waits: some blocks hold a collection and some do not. The time per operation hides it;
 * {@code b_per_op}, {@code gc_count} and the largest latency do not.
 *
 * <pre>
 * 64 KiB new for each call     2.2 µs/op, 65,552 B/op, 44 collections
 * 64 KiB used again            0.6 µs/op,      0 B/op, none
 * </pre>
 *
 * Bytes per operation are exact and the same on every machine, so they are the first thing to gate.
 */
@Profile(BenchmarkProfile.QUICK)
class S09GarbageInTheIntervalBenchmark {
  private static final int SIZE = 64 * 1024;

  private final byte[] buffer = new byte[SIZE];

  @CoralBenchmark(suite = "samples")
  void newBuffer(Blackhole hole) {
    byte[] fresh = new byte[SIZE];
    fresh[7] = 1;
    hole.consume(fresh);
  }

  @CoralBenchmark(suite = "samples")
  void reusedBuffer(Blackhole hole) {
    Arrays.fill(buffer, (byte) 0);
    buffer[7] = 1;
    hole.consume(buffer);
  }

  /** The same, each call on its own: compare the maximum with the median. */
  @CoralBenchmark(suite = "samples", mode = Mode.LATENCY)
  void latencyOfNewBuffer(Blackhole hole) {
    hole.consume(new byte[SIZE]);
  }
}

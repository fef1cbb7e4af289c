package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import io.coralml.junit.Threads;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scaling: the number of threads is a parameter like any other. All threads are released from one
 * barrier and share the test instance.
 *
 * <pre>
 * atomic threads=1    2.0 ns/op
 * atomic threads=2   10.8 ns/op
 * adder  threads=1    2.5 ns/op
 * adder  threads=2   13.6 ns/op, where other programs held the second core
 * </pre>
 *
 * What scales doubles its ops/s with two threads and keeps its ns/op; what contends does not. Use
 * at most as many threads as there are free cores: the last line is that of a machine that had none
 * to spare.
 */
@Profile(BenchmarkProfile.QUICK)
class S11ThreadsBenchmark {
  private final AtomicLong atomic = new AtomicLong();
  private final LongAdder adder = new LongAdder();

  @CoralBenchmark(suite = "samples")
  @Threads(from = "threads")
  @ValueSource(ints = {1, 2})
  void atomic(int threads) {
    atomic.incrementAndGet();
  }

  @CoralBenchmark(suite = "samples")
  @Threads(from = "threads")
  @ValueSource(ints = {1, 2})
  void adder(int threads) {
    adder.increment();
  }
}

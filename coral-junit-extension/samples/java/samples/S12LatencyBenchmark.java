package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;

/**
 * Trap: coordinated omission. One call in fifty takes 20 ms. A closed loop waits for it and
 * then goes on, so it sees one slow call in fifty. But users come by their own clock, every millisecond
 * here: twenty of them stand in the queue behind each slow call, and each one waits.
 *
 * <pre>
 * wrong: closed loop                 p50 50 µs, p95 53 µs,     p99 20 ms
 * right: 1,000 calls per second      p50 68 µs, p95 18,800 µs, p99 22 ms
 * </pre>
 *
 * In the open loop a latency counts from the moment the call was due.
 */
@Profile(BenchmarkProfile.QUICK)
class S12LatencyBenchmark {
  private static final int SLOW_EVERY = 50;
  private static final long QUICK_NANOS = 50_000;
  private static final long SLOW_NANOS = 20_000_000;

  private int calls;

  @CoralBenchmark(suite = "samples", mode = Mode.LATENCY)
  void closedLoop(Blackhole hole) {
    hole.consume(serve());
  }

  @CoralBenchmark(suite = "samples", mode = Mode.LATENCY, callsPerSecond = 1000)
  void openLoop(Blackhole hole) {
    hole.consume(serve());
  }

  private long serve() {
    calls++;
    long end = System.nanoTime() + (calls % SLOW_EVERY == 0 ? SLOW_NANOS : QUICK_NANOS);
    long turns = 0;
    while (System.nanoTime() < end) {
      turns++;
    }
    return turns;
  }
}

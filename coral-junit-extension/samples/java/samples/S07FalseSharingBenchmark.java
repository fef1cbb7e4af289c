package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import io.coralml.junit.Threads;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Trap: false sharing. Two threads that never touch the same variable still fight over it when both
 * variables lie in one cache line of 64 bytes: each write takes the line away from the other core.
 *
 * <pre>
 * wrong: counters side by side         19.5 ns/op
 * right: counters 128 bytes apart       8.5 ns/op
 * </pre>
 *
 * ns/op is what an operation takes on one thread; ops/s is the sum over both. The fight needs two
 * cores at once: where other programs hold one of them, wrong looks as good as right.
 */
@Profile(BenchmarkProfile.QUICK)
class S07FalseSharingBenchmark {
  private static final int APART = 16;

  private final AtomicLongArray counters = new AtomicLongArray(4 * APART);
  private final AtomicInteger joined = new AtomicInteger();
  private final ThreadLocal<Integer> number =
      ThreadLocal.withInitial(() -> joined.getAndIncrement() % 2);

  @CoralBenchmark(suite = "samples")
  @Threads(2)
  void wrong() {
    counters.getAndIncrement(APART + number.get());
  }

  @CoralBenchmark(suite = "samples")
  @Threads(2)
  void right() {
    counters.getAndIncrement(APART + APART * number.get());
  }
}

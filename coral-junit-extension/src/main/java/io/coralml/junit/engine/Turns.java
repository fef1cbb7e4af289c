package io.coralml.junit.engine;

import io.coralml.junit.stats.PairRatios;
import io.coralml.junit.stats.Sample;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Base, candidate, and the base once more as its own twin, taking turns in blocks.
 *
 * <p>One round is {@code base candidate twin twin candidate base}. It gives one ratio of candidate
 * to base and one of twin to base, in which a steady drift cancels out. The twin shows what this
 * machine does to identical code. All three run equally often: on a machine where compilers have to
 * wait for a processor, the one that ran more is compiled sooner, and identical code looked 5 %
 * slower than itself.
 */
final class Turns implements AutoCloseable {
  private static final long SHORTEST_BLOCK = 5_000_000;
  private static final double TARGET_BLOCK = 8_000_000;
  private static final double COMPUTING = 0.97;

  /** One in so many calls of a block is made once more before it. */
  private static final int LEAD_IN = 4;

  private static final Path STATUS = Path.of("/proc/thread-self/status");
  private static final String WAITS = "voluntary_ctxt_switches:";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Turn base;
  private final Turn candidate;
  private final Turn twin;
  private final Control control;
  private final List<Crew> crews = new ArrayList<>();
  private final boolean countedHere;
  private final Pairs pairs = new Pairs();
  private final Pairs self = new Pairs();

  /** Makes so many calls, and tells how long they took, in ns, without the making of fixtures. */
  @FunctionalInterface
  private interface Calls {
    long run(long calls) throws Throwable;
  }

  /**
   * Lets three bodies take turns.
   *
   * @param threads on how many threads at once each is called
   */
  Turns(Body base, Body candidate, Body twin, int threads, Control control)
      throws ReflectiveOperationException {
    this.base = turn(base, threads);
    this.candidate = turn(candidate, threads);
    this.twin = turn(twin, threads);
    this.control = control;
    this.countedHere = threads == 1 && !candidate.hasFixtures();
    control.restart(); // a measurement on several threads, or of latencies, ends with a stop
  }

  private Turn turn(Body body, int threads) throws ReflectiveOperationException {
    if (threads == 1) {
      return new Turn(body::run);
    }
    Crew crew = new Crew(body, threads);
    crews.add(crew);
    return new Turn(crew::run);
  }

  @Override
  public void close() {
    crews.forEach(Crew::close);
  }

  /** Lets all three run in turn until the time has come, at least once. */
  void warmUp(long untilNanoTime) throws Throwable {
    do {
      base.grow();
      candidate.grow();
      twin.grow();
    } while (System.nanoTime() < untilNanoTime && !control.isCancelled());
  }

  /** Measures one round. */
  void round() throws Throwable {
    Block first = base.block();
    Block ahead = candidate.block();
    Block inner = twin.block();
    Block innerAgain = twin.block();
    Block behind = candidate.block();
    Block last = base.block();
    pairs.add(first, ahead, behind, last);
    self.add(first, inner, innerAgain, last);
  }

  int rounds() {
    return pairs.base.size() / 2;
  }

  /**
   * Tells whether blocks are compared by the processor time of the measuring thread. So they are
   * when the bodies do nothing but compute: at least a quarter of their blocks never gave the
   * processor up by themselves, and what they lost of it was taken by somebody else. A body that
   * waits, for a disk, a lock or another thread, is compared by the clock on the wall. Where the
   * system does not count waits, the least disturbed blocks have to be on a processor all the time.
   * Several threads are always compared by the clock on the wall, and so are calls with fixtures,
   * whose making is on the processor too but not part of the time.
   */
  boolean byProcessorTime() {
    return countedHere && pairs.computing() && self.computing();
  }

  /** Returns candidate over base, a ratio for each round. */
  Sample ratios() {
    return pairs.ratios(byProcessorTime());
  }

  /** Returns twin over base, a ratio for each round. */
  Sample selfRatios() {
    return self.ratios(byProcessorTime());
  }

  /** Returns the median of the blocks of the base, in ns per call. */
  double baseNanos() {
    return Sample.of(values(pairs.base, byProcessorTime())).median();
  }

  /** Returns the median of the blocks of the candidate, in ns per call. */
  double candidateNanos() {
    return Sample.of(values(pairs.other, byProcessorTime())).median();
  }

  private static double[] values(List<Block> blocks, boolean processor) {
    return blocks.stream().mapToDouble(b -> processor ? b.processor() : b.wall()).toArray();
  }

  /**
   * A block.
   *
   * @param wall ns per call
   * @param processor ns per call on the processor; 0 where nobody counts that
   * @param waits how often the thread gave the processor up; negative where nobody counts that
   */
  private record Block(double wall, double processor, long waits) {
    double share() {
      return processor / wall;
    }
  }

  /** One of the three, with a block of its own size. */
  private static final class Turn {
    private final Calls body;
    private long calls = 1;

    Turn(Calls body) {
      this.body = body;
    }

    /** Runs a block and brings the next one nearer to its time. */
    void grow() throws Throwable {
      long nanos = Math.max(1, body.run(calls));
      double factor = TARGET_BLOCK / nanos;
      if (nanos < SHORTEST_BLOCK || nanos > 2 * TARGET_BLOCK) {
        calls = Math.max(1, (long) (calls * Math.min(10, factor)));
      }
    }

    /**
     * Measures a block. A few calls come before it, for whoever ran last has left his own data and
     * branches in the processor; without them identical code was 1 to 5 % slower in the middle.
     */
    Block block() throws Throwable {
      if (calls >= LEAD_IN) {
        body.run(calls / LEAD_IN);
      }
      long waitsBefore = waits();
      long before = processorNanos();
      double wall = (double) Math.max(1, body.run(calls)) / calls;
      double processor = (double) (processorNanos() - before) / calls;
      long after = waits();
      long waits = after < 0 ? -1 : after - waitsBefore;
      return new Block(wall, processor, waits);
    }

    /** How often this thread has waited; see proc(5), voluntary_ctxt_switches. */
    private static long waits() {
      try {
        for (String line : Files.readAllLines(STATUS)) {
          if (line.startsWith(WAITS)) {
            return Long.parseLong(line.substring(WAITS.length()).strip());
          }
        }
      } catch (IOException | NumberFormatException e) {
        return -1; // not Linux
      }
      return -1;
    }

    private static long processorNanos() {
      return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
    }
  }

  /** The blocks of two that take turns. */
  private static final class Pairs {
    private final List<Block> base = new ArrayList<>();
    private final List<Block> other = new ArrayList<>();

    void add(Block a, Block b, Block bAgain, Block aAgain) {
      base.add(a);
      other.add(b);
      other.add(bAgain);
      base.add(aAgain);
    }

    boolean computing() {
      return computes(base) && computes(other);
    }

    private static boolean computes(List<Block> blocks) {
      boolean counted = blocks.stream().allMatch(b -> b.waits() >= 0 && b.processor() > 0);
      if (!counted) {
        return leastDisturbed(blocks) >= COMPUTING;
      }
      return 4 * blocks.stream().filter(b -> b.waits() == 0).count() >= blocks.size();
    }

    private static double leastDisturbed(List<Block> blocks) {
      double[] shares = blocks.stream().mapToDouble(Block::share).toArray();
      return shares.length == 0 ? 0 : Sample.of(shares).quantile(0.95);
    }

    Sample ratios(boolean processor) {
      return PairRatios.balanced(values(base, processor), values(other, processor));
    }
  }
}

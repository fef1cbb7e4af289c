package io.coralml.junit.engine;

import io.coralml.junit.stats.PairRatios;
import io.coralml.junit.stats.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * Base, candidate, and the base once more as its own twin, taking turns in blocks.
 *
 * <p>One round is {@code base candidate candidate base base twin twin base}. It gives one ratio of
 * candidate to base and one of twin to base, in which a steady drift cancels out. The twin shows
 * what this machine does to identical code.
 */
final class Turns {
  private static final long SHORTEST_BLOCK = 5_000_000;
  private static final double TARGET_BLOCK = 8_000_000;

  private final Turn base;
  private final Turn candidate;
  private final Turn twin;
  private final Control control;
  private final Pairs pairs = new Pairs();
  private final Pairs self = new Pairs();

  Turns(Body base, Body candidate, Body twin, Control control) {
    this.base = new Turn(base);
    this.candidate = new Turn(candidate);
    this.twin = new Turn(twin);
    this.control = control;
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
    pairs.add(base, candidate);
    self.add(base, twin);
  }

  int rounds() {
    return pairs.base.size() / 2;
  }

  /** Returns candidate over base, a ratio for each round. */
  Sample ratios() {
    return pairs.ratios();
  }

  /** Returns twin over base, a ratio for each round. */
  Sample selfRatios() {
    return self.ratios();
  }

  /** Returns the median of the blocks of the base, in ns per call. */
  double baseNanos() {
    return Sample.of(pairs.base).median();
  }

  /** Returns the median of the blocks of the candidate, in ns per call. */
  double candidateNanos() {
    return Sample.of(pairs.other).median();
  }

  /** One of the three, with a block of its own size. */
  private static final class Turn {
    private final Body body;
    private long calls = 1;

    Turn(Body body) {
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

    double nanosPerCall() throws Throwable {
      return (double) Math.max(1, body.run(calls)) / calls;
    }
  }

  /** The blocks of two that take turns. */
  private static final class Pairs {
    private final List<Double> base = new ArrayList<>();
    private final List<Double> other = new ArrayList<>();

    void add(Turn a, Turn b) throws Throwable {
      base.add(a.nanosPerCall());
      other.add(b.nanosPerCall());
      other.add(b.nanosPerCall());
      base.add(a.nanosPerCall());
    }

    Sample ratios() {
      return PairRatios.balanced(values(base), values(other));
    }

    private static double[] values(List<Double> list) {
      return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Better;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.PairRatios;
import io.coralml.junit.stats.PairedComparison;
import io.coralml.junit.stats.PairedComparison.Outcome;
import io.coralml.junit.verdict.GateError;
import io.coralml.junit.verdict.InconclusiveError;
import io.coralml.junit.verdict.PerformanceRegressionError;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Lets a benchmark and its baseline take turns, and decides.
 *
 * <p>One round is {@code base candidate candidate base base twin twin base}, where the twin is the
 * baseline once more with a loop of its own: it shows what this machine does to identical code. A
 * round gives one ratio of each kind in which a steady drift cancels out. The rounds are looked at
 * when their number has doubled, so that looking often does not find what is not there.
 */
final class PairedGate {
  private static final long SHORTEST_BLOCK = 5_000_000;
  private static final double TARGET_BLOCK = 8_000_000;
  private static final int FIRST_LOOK = 16;
  private static final int MOST_ROUNDS = 1024;
  private static final double WARM_UP = 0.25;

  private final Method candidate;
  private final Baseline declared;
  private final Object receiver;
  private final List<Object> arguments;
  private final Control control;

  private PairedGate(
      Method candidate,
      Baseline declared,
      Object receiver,
      List<Object> arguments,
      Control control) {
    this.candidate = candidate;
    this.declared = declared;
    this.receiver = receiver;
    this.arguments = arguments;
    this.control = control;
  }

  /** Returns the gate of a method; empty when it names no baseline. */
  static Optional<PairedGate> of(
      Method candidate, Object receiver, List<Object> arguments, Control control) {
    return Optional.ofNullable(candidate.getAnnotation(Baseline.class))
        .map(declared -> new PairedGate(candidate, declared, receiver, arguments, control));
  }

  /**
   * Measures, and puts ratio, verdict and stage into the findings.
   *
   * @param time how long it may take; a decision that comes earlier ends it
   * @param strict whether a comparison without a decision fails
   * @throws GateError if the candidate is slower
   */
  void check(Duration time, long seed, boolean strict, Findings findings) throws Throwable {
    Instant start = Instant.now();
    long began = System.nanoTime();
    Turn base = new Turn(Body.of(baseline(), receiver, arguments, control));
    Turn other = new Turn(Body.of(candidate, receiver, arguments, control));
    Turn twin = new Turn(Body.of(baseline(), receiver, arguments, control));
    long warm = began + (long) (WARM_UP * time.toNanos());
    do {
      base.grow();
      other.grow();
      twin.grow();
    } while (System.nanoTime() < warm && !control.isCancelled());

    Pairs pairs = new Pairs();
    Pairs self = new Pairs();
    PairedComparison verdict = null;
    long end = began + time.toNanos();
    int look = FIRST_LOOK;
    for (int round = 1; round <= MOST_ROUNDS && !control.isCancelled(); round++) {
      pairs.add(base, other);
      self.add(base, twin);
      boolean last = System.nanoTime() >= end || round == MOST_ROUNDS;
      if (round == look || (last && round >= PairedComparison.FEWEST_PAIRS)) {
        look *= 2;
        PairedComparison selfCheck = self.compare(declared.margin(), seed);
        verdict = pairs.compare(declared.margin(), seed).trusting(selfCheck);
        if (last || verdict.outcome() != Outcome.INCONCLUSIVE) {
          break;
        }
      }
    }
    if (verdict != null) {
      report(verdict, start, findings);
      decide(verdict, strict, findings);
    }
  }

  private void report(PairedComparison verdict, Instant start, Findings findings) {
    Interval ratio = verdict.ratio();
    findings.interval("pair_ratio", ratio, "x", Better.LOWER);
    findings.setting("verdict", verdict.outcome() + ": " + verdict.sentence());
    findings.setting("baseline", declared.value());
    findings.stage("pairs with " + declared.value(), start, verdict.pairs() + " pair ratios");
  }

  private void decide(PairedComparison verdict, boolean strict, Findings findings) {
    String name = candidate.getDeclaringClass().getSimpleName() + "." + candidate.getName();
    String message =
        name
            + " against "
            + declared.value()
            + ": "
            + verdict.outcome()
            + ". "
            + verdict.sentence();
    if (verdict.outcome() == Outcome.SLOWER) {
      throw new PerformanceRegressionError(message);
    }
    if (verdict.outcome() == Outcome.INCONCLUSIVE) {
      if (strict) {
        throw new InconclusiveError(message);
      }
      findings.warn(message);
    }
  }

  private Method baseline() {
    List<Method> methods =
        ReflectionSupport.findMethods(
            receiver.getClass(),
            method ->
                method.getName().equals(declared.value())
                    && Arrays.equals(method.getParameterTypes(), candidate.getParameterTypes()),
            HierarchyTraversalMode.BOTTOM_UP);
    if (methods.isEmpty() || methods.get(0).equals(candidate)) {
      throw new BenchmarkException(
          "@Baseline(\""
              + declared.value()
              + "\") of "
              + candidate.getDeclaringClass().getSimpleName()
              + "."
              + candidate.getName()
              + " names no other method with the same parameters; write one, or correct the name.");
    }
    return methods.get(0);
  }

  /** One of the two, with a block of its own size. */
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

    PairedComparison compare(double margin, long seed) {
      return PairedComparison.of(PairRatios.balanced(values(base), values(other)), margin, seed);
    }

    private static double[] values(List<Double> list) {
      return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}

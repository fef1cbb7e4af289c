package io.coralml.junit.engine;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.stats.PairedComparison;
import io.coralml.junit.stats.PairedComparison.Outcome;
import io.coralml.junit.verdict.GateError;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Lets a benchmark take {@link Turns} with the method that {@link Baseline} names, and decides. The
 * rounds are looked at when their number has doubled, so that looking often does not find what is
 * not there.
 */
final class PairedGate {
  private static final int FIRST_LOOK = 16;
  private static final int MOST_ROUNDS = 1024;
  private static final double WARM_UP = 0.25;

  private final Method candidate;
  private final Baseline declared;
  private final Object receiver;
  private final List<Object> arguments;
  private final int threads;
  private final Control control;

  private PairedGate(
      Method candidate,
      Baseline declared,
      Object receiver,
      List<Object> arguments,
      int threads,
      Control control) {
    this.candidate = candidate;
    this.declared = declared;
    this.receiver = receiver;
    this.arguments = arguments;
    this.threads = threads;
    this.control = control;
  }

  /** Returns the gate of a method; empty when it names no baseline. */
  static Optional<PairedGate> of(
      Method candidate, Object receiver, List<Object> arguments, int threads, Control control) {
    return Optional.ofNullable(candidate.getAnnotation(Baseline.class))
        .filter(declared -> !declared.value().isEmpty())
        .map(
            declared -> new PairedGate(candidate, declared, receiver, arguments, threads, control));
  }

  /**
   * Looks for the baseline.
   *
   * @throws BenchmarkException if there is none
   */
  void checkDeclared() {
    baseline();
  }

  /**
   * Measures, and puts ratio, verdict and stage into the findings.
   *
   * @param time how long it may take; a decision that comes earlier ends it
   * @param seed of the bootstrap
   * @param gates what the run knows of its comparisons
   * @throws GateError if the candidate is slower
   */
  void check(Duration time, long seed, Gates gates, Findings findings) throws Throwable {
    Method baseline = baseline();
    try (Turns turns =
        new Turns(body(baseline), body(candidate), body(baseline), threads, control)) {
      check(turns, time, seed, gates, findings);
    }
  }

  private void check(Turns turns, Duration time, long seed, Gates gates, Findings findings)
      throws Throwable {
    double margin = gates.margin(candidate);
    Instant start = Instant.now();
    long began = System.nanoTime();
    turns.warmUp(began + (long) (WARM_UP * time.toNanos()));
    PairedComparison verdict = null;
    PairedComparison self = null;
    long end = began + time.toNanos();
    int look = FIRST_LOOK;
    for (int round = 1; round <= MOST_ROUNDS && !control.isCancelled(); round++) {
      turns.round();
      boolean last = System.nanoTime() >= end || round == MOST_ROUNDS;
      if (round == look || (last && round >= PairedComparison.FEWEST_PAIRS)) {
        look *= 2;
        self = PairedComparison.of(turns.selfRatios(), margin, seed);
        verdict = gates.judge(PairedComparison.of(turns.ratios(), margin, seed).trusting(self));
        if (last || verdict.outcome() != Outcome.INCONCLUSIVE) {
          break;
        }
      }
    }
    if (verdict != null && self != null) {
      GateDecision decision =
          new GateDecision(
              name(), declared.value(), verdict, self, List.of(GateDecision.Row.of(turns)));
      findings.stage("pairs with " + declared.value(), start, verdict.pairs() + " pair ratios");
      decision.report(findings);
      gates.decided(verdict);
      decision.enforce(gates.strict(), findings);
    }
  }

  private Body body(Method method) throws ReflectiveOperationException {
    return Body.of(method, receiver, arguments, control);
  }

  private String name() {
    return candidate.getDeclaringClass().getSimpleName() + "." + candidate.getName();
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
              + name()
              + " names no other method with the same parameters; write one, or correct the name.");
    }
    return methods.get(0);
  }
}

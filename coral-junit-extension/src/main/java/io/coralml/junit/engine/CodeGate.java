package io.coralml.junit.engine;

import io.coralml.junit.baseline.BaselineCode;
import io.coralml.junit.stats.PairedComparison;
import io.coralml.junit.stats.PairedComparison.Outcome;
import io.coralml.junit.stats.Sample;
import io.coralml.junit.verdict.GateError;
import io.coralml.junit.verdict.InconclusiveError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a benchmark take {@link Turns} with itself on older code, in one JVM, and decides.
 *
 * <p>Old code, new code and the old code once more are loaded in class loaders of their own, and
 * loaded again several times: how the compiler treats a piece of code differs from one loading to
 * the next, by more than the blocks of one loading show. So the loading is the unit of inference,
 * as a fork is elsewhere, and the bootstrap draws loadings before it draws pairs. The comparison is
 * looked at after three loadings and after six; what is not decided then stays undecided.
 */
final class CodeGate {
  private static final int FIRST_LOOK = 3;
  private static final int MOST_LOADINGS = 6;
  private static final int FEWEST_ROUNDS = 8;
  private static final int MOST_ROUNDS = 200;
  private static final double WARM_UP = 0.5;

  private final BaselineCode code;
  private final Benchmark benchmark;
  private final int iteration;
  private final int threads;
  private final Run run;
  private final Control control;
  private final List<Sample> ratios = new ArrayList<>();
  private final List<Sample> selfRatios = new ArrayList<>();
  private final List<GateDecision.Row> rows = new ArrayList<>();

  /**
   * Makes the gate of one benchmark.
   *
   * @param iteration which of its arguments, from 0
   * @param threads on how many threads it runs
   */
  CodeGate(
      BaselineCode code,
      Benchmark benchmark,
      int iteration,
      int threads,
      Run run,
      Control control) {
    this.code = code;
    this.benchmark = benchmark;
    this.iteration = iteration;
    this.threads = threads;
    this.run = run;
    this.control = control;
  }

  /**
   * Measures, and puts ratio, verdict and stage into the findings.
   *
   * @throws GateError if the new code is slower
   * @throws Throwable what the benchmark throws on the new code
   */
  void check(Findings findings) throws Throwable {
    Instant start = Instant.now();
    Gates gates = run.gates();
    double margin = gates.margin(benchmark.method());
    long seed = run.settings().seed();
    Duration each = gates.time().dividedBy(MOST_LOADINGS);
    PairedComparison verdict = null;
    PairedComparison self = null;
    while (rows.size() < MOST_LOADINGS && !control.isCancelled()) {
      try {
        load(each);
      } catch (OldCodeFailure e) {
        cannotCompare(e.getCause(), findings);
        return;
      }
      if (rows.size() == FIRST_LOOK || rows.size() == MOST_LOADINGS) {
        self = PairedComparison.of(selfRatios, margin, seed);
        verdict = gates.judge(PairedComparison.of(ratios, margin, seed).trusting(self));
        if (verdict.outcome() != Outcome.INCONCLUSIVE) {
          break;
        }
      }
    }
    findings.stage("turns with " + code.name(), start, rows.size() + " loadings of the code");
    if (verdict != null && self != null && !control.isCancelled()) {
      GateDecision decision =
          new GateDecision(benchmark.displayName(), code.name(), verdict, self, rows);
      decision.report(findings);
      gates.decided(verdict);
      decision.enforce(gates.strict(), findings);
    }
  }

  /** Loads all three, lets them take turns, and keeps what the rounds gave. */
  private void load(Duration time) throws Throwable {
    String name = benchmark.testClass().getName();
    try (CodeSide candidate = side(false, name);
        CodeSide base = side(true, name);
        CodeSide twin = side(true, name)) {
      long began = System.nanoTime();
      // Code that all share remembers the first two classes that call it, and is compiled for them.
      runOld(base);
      candidate.body().run(1);
      runOld(twin);
      try (Turns turns = new Turns(base.body(), candidate.body(), twin.body(), threads, control)) {
        take(turns, began, time);
      }
    }
  }

  private static void runOld(CodeSide side) throws OldCodeFailure {
    try {
      side.body().run(1);
    } catch (Throwable e) {
      throw new OldCodeFailure(e);
    }
  }

  private void take(Turns turns, long began, Duration time) throws Throwable {
    turns.warmUp(began + (long) (WARM_UP * time.toNanos()));
    long end = began + time.toNanos();
    while (!control.isCancelled()
        && turns.rounds() < MOST_ROUNDS
        && (turns.rounds() < FEWEST_ROUNDS || System.nanoTime() < end)) {
      turns.round();
    }
    if (turns.rounds() > 0) {
      ratios.add(turns.ratios());
      selfRatios.add(turns.selfRatios());
      rows.add(GateDecision.Row.of(turns));
    }
  }

  private CodeSide side(boolean old, String name) throws Throwable {
    if (!old) {
      return CodeSide.open(code.current(name), benchmark, iteration, run.settings(), control);
    }
    try {
      return CodeSide.open(code.old(name), benchmark, iteration, run.settings(), control);
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      throw new OldCodeFailure(e);
    }
  }

  /**
   * A benchmark that the old code cannot run has nothing to be compared with: that is no failure.
   */
  private void cannotCompare(@Nullable Throwable cause, Findings findings) {
    Throwable root = cause;
    while (root != null && root.getCause() != null && !(root instanceof LinkageError)) {
      root = root.getCause();
    }
    String why =
        root instanceof LinkageError || root instanceof ClassNotFoundException
            ? "lacks what this benchmark uses ("
            : "cannot run this benchmark (";
    String sentence =
        benchmark.displayName()
            + " against "
            + code.name()
            + ": INCONCLUSIVE. The old code "
            + why
            + root
            + "), so there is nothing to compare with.";
    findings.setting("baseline", code.name());
    findings.setting("verdict", "INCONCLUSIVE: the old code " + why + root + ")");
    if (run.gates().strict()) {
      throw new InconclusiveError(sentence);
    }
    findings.warn(sentence);
  }

  /** Something that went wrong on the side of the old code. */
  private static final class OldCodeFailure extends Exception {
    private static final long serialVersionUID = 1L;

    OldCodeFailure(Throwable cause) {
      super(cause);
    }
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Refuses what an annotation says and nobody can do, in a functional run too. */
final class Declared {
  private static final String OR_NOTHING = "leave it out to say nothing about it";
  private static final String OR_PROFILE = "leave it out to let the profile decide";

  private Declared() {}

  /**
   * Checks a benchmark's values.
   *
   * @throws BenchmarkException naming annotation, method, value and remedy
   */
  static void check(Benchmark benchmark) {
    CoralBenchmark declared = benchmark.declaration();
    atLeast(0, "bytesPerOp", declared.bytesPerOp(), OR_NOTHING, benchmark);
    atLeast(0, "itemsPerOp", declared.itemsPerOp(), OR_NOTHING, benchmark);
    atLeast(0, "repetitions", declared.repetitions(), OR_PROFILE, benchmark);
    atLeast(-1, "forks", declared.forks(), OR_PROFILE, benchmark);
    double rate = declared.callsPerSecond();
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw refused("callsPerSecond", rate, "leave it out for a closed loop", benchmark);
    }
    only(rate > 0, "callsPerSecond", rate, EnumSet.of(Mode.LATENCY), benchmark);
    int repetitions = declared.repetitions();
    only(
        repetitions > 0,
        "repetitions",
        repetitions,
        EnumSet.of(Mode.SCENARIO, Mode.COLD),
        benchmark);
    only(declared.leak(), "leak", true, EnumSet.of(Mode.THROUGHPUT, Mode.SCENARIO), benchmark);
  }

  /** What a mode takes no notice of is a slip: somebody thinks that something else is measured. */
  private static void only(
      boolean given, String element, Object value, Set<Mode> modes, Benchmark benchmark) {
    Mode mode = benchmark.declaration().mode();
    if (given && !modes.contains(mode)) {
      throw new BenchmarkException(
          said(element, value, benchmark)
              + " has no meaning in mode "
              + mode
              + "; leave it out, or use mode "
              + modes.stream().map(Mode::name).collect(Collectors.joining(" or "))
              + ".");
    }
  }

  private static void atLeast(
      long least, String element, long value, String remedy, Benchmark benchmark) {
    if (value < least) {
      throw refused(element, value, remedy, benchmark);
    }
  }

  private static BenchmarkException refused(
      String element, Object value, String remedy, Benchmark benchmark) {
    return new BenchmarkException(
        said(element, value, benchmark) + " must be 0 or more; " + remedy + ".");
  }

  private static String said(String element, Object value, Benchmark benchmark) {
    return "@CoralBenchmark(" + element + " = " + value + ") of " + benchmark.name();
  }
}

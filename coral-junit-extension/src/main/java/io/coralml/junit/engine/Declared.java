package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.CoralBenchmark;

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
        "@CoralBenchmark("
            + element
            + " = "
            + value
            + ") of "
            + benchmark.name()
            + " must be 0 or more; "
            + remedy
            + ".");
  }
}

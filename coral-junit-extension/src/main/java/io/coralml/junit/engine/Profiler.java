package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Records a second pass of a body. Never the timed pass: what is recorded runs slower.
 *
 * <p>A project that has async-profiler on its class path can ask for it; the JVM's flight recorder
 * is always there.
 */
sealed interface Profiler permits FlightProfiler, AsyncProfiler {
  /** The option that asks for one. */
  String KEY = "coral.profiler";

  /** The option that says how long it watches a body. */
  String TIME_KEY = "coral.profiler.time";

  /**
   * Returns a profiler.
   *
   * @param name what {@value #KEY} says
   * @param folder where recordings go
   * @param time how long it watches a body
   * @throws BenchmarkException if there is no such profiler, or it is not on the class path
   */
  static Profiler of(String name, Path folder, Duration time) {
    return switch (name) {
      case "jfr" -> new FlightProfiler(folder, time);
      case "async" -> AsyncProfiler.onClassPath(folder, time);
      default ->
          throw new BenchmarkException(
              "The option "
                  + KEY
                  + " is \""
                  + name
                  + "\"; it must be jfr, the JVM's flight recorder, or async, async-profiler.");
    };
  }

  /** Runs the body under the profiler and attaches what was recorded. */
  void record(Body body, Benchmark benchmark, Findings findings) throws Throwable;
}

package io.coralml.perf.proof;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures decoding in forks of JMH and in a plain loop, in turn, and compares the least time of
 * each, which neighbours disturb least: they must be within 15 %.
 */
@Profile(BenchmarkProfile.QUICK)
class DecodeRateBenchmark {
  private static final int TURNS = Integer.getInteger("coral.proof.pairs", 5);
  private static final double MARGIN = 0.15;
  private static final int WARM_UP = 400;
  private static final int MEASURED = 400;

  @CoralBenchmark(suite = "proof", mode = Mode.SCENARIO, repetitions = 1)
  void decodeRateAgreesWithJmh(Metrics metrics, Blackhole hole) throws RunnerException {
    DecodeBody body = new DecodeBody();
    for (int i = 0; i < WARM_UP; i++) {
      hole.consume(body.decode());
    }
    double loop = Double.MAX_VALUE;
    double jmh = Double.MAX_VALUE;
    for (int turn = 0; turn < TURNS; turn++) {
      loop = Math.min(loop, loop(body, hole));
      jmh = Math.min(jmh, jmh());
    }
    double megabytes = body.bytes() / 1e6;
    metrics.value("loop_rate", megabytes / loop * 1e9, "MB/s", Better.HIGHER);
    metrics.value("jmh_rate", megabytes / jmh * 1e9, "MB/s", Better.HIGHER);
    metrics.value("ratio_to_jmh", loop / jmh, "x", Better.NEITHER);
    assertTrue(
        Math.abs(loop / jmh - 1) <= MARGIN,
        "A plain loop takes " + loop + " ns where JMH takes " + jmh + "; they must agree to 15 %.");
  }

  private static double loop(DecodeBody body, Blackhole hole) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < MEASURED; i++) {
      long start = System.nanoTime();
      hole.consume(body.decode());
      least = Math.min(least, System.nanoTime() - start);
    }
    return least;
  }

  private static double jmh() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include("^" + DecodeBody.class.getName().replace(".", "\\.") + "\\.decode$")
            .mode(org.openjdk.jmh.annotations.Mode.SampleTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(3)
            .measurementTime(TimeValue.seconds(1))
            .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC")
            .verbosity(VerboseMode.SILENT)
            .build();
    return new Runner(options).runSingle().getPrimaryResult().getStatistics().getMin();
  }
}

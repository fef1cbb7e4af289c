package io.coralml.junit.engine;

import io.coralml.junit.Better;
import io.coralml.junit.Stability;
import io.coralml.junit.memory.MemoryWatch;
import io.coralml.junit.stats.Autocorrelation;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Modes;
import io.coralml.junit.stats.Sample;
import io.coralml.junit.stats.Trend;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** What the blocks of one measurement say about how far it can be believed. */
final class Diagnosis {
  private static final double AGREEMENT = 0.02;
  private static final double CONFIDENCE = 0.99;
  private static final double SIGNIFICANCE = 0.01;
  private static final double BUSY_PERCENT = 90;
  private static final int ENOUGH_FOR_TREND = 10;
  private static final int ENOUGH_FOR_SHAPE = 30;
  private static final int MOST_FOR_TREND = 400;

  private Diagnosis() {}

  /**
   * Labels the blocks and warns of what is wrong with them.
   *
   * @param sample the times of the blocks in the order they were measured
   * @param median their median with its interval
   */
  static void of(Sample sample, Interval median, long seed, Findings findings) {
    double drift = drift(sample);
    if (Math.abs(drift) > AGREEMENT) {
      findings.label(Stability.DRIFTING);
      findings.warn(
          String.format(
              Locale.ROOT,
              "Times drifted by %+.1f %% from the first quarter of the blocks to the last: it was not warm, or the"
                  + " machine changed.",
              100 * drift));
    } else {
      findings.label(median.relativeWidth() <= AGREEMENT ? Stability.STEADY : Stability.UNSTEADY);
    }
    if (sample.size() < ENOUGH_FOR_SHAPE || sample.min() == sample.max()) {
      return;
    }
    Autocorrelation neighbours = sample.autocorrelation();
    if (neighbours.present() && neighbours.lag1() > 0) {
      findings.warn(
          String.format(
              Locale.ROOT,
              "Neighbouring blocks resemble each other (lag-1 autocorrelation %.2f): the interval"
                  + " is narrower than it should be.",
              neighbours.lag1()));
    }
    Modes modes = Modes.of(sample, SIGNIFICANCE, seed);
    if (modes.multimodal() && modes.peaks().size() > 1) {
      findings.warn(
          "The blocks gather around "
              + modes.peaks().size()
              + " different times; the median describes none of them well.");
    }
  }

  /** Returns how much slower the last quarter is than the first; 0 when that may be chance. */
  private static double drift(Sample sample) {
    double[] all = sample.values();
    if (all.length < ENOUGH_FOR_TREND) {
      return 0;
    }
    int step = (all.length + MOST_FOR_TREND - 1) / MOST_FOR_TREND;
    double[] x = IntStream.range(0, all.length / step).mapToDouble(i -> i * step).toArray();
    double[] y = IntStream.range(0, x.length).mapToDouble(i -> all[i * step]).toArray();
    if (Trend.theilSen(x, y, CONFIDENCE).contains(0)) {
      return 0;
    }
    double first = Sample.of(Arrays.copyOf(all, all.length / 4)).median();
    double last =
        Sample.of(Arrays.copyOfRange(all, all.length - all.length / 4, all.length)).median();
    return first > 0 ? last / first - 1 : 0;
  }

  /** Records what the watch saw. */
  static void of(MemoryWatch.Seen seen, Findings findings) {
    findings.count("gc_count", seen.collections(), Better.LOWER);
    findings.exact("gc_pause_ns", seen.pauseNanos(), "ns", Better.LOWER);
    findings.exact("gc_longest_pause_ns", seen.longestPauseNanos(), "ns", Better.LOWER);
    findings.exact("peak_heap_bytes", (double) seen.peakHeapBytes(), "B", Better.LOWER);
    findings.exact("extra_heap_bytes", (double) seen.extraHeapBytes(), "B", Better.LOWER);
    findings.exact("direct_bytes", (double) seen.directBytes(), "B", Better.LOWER);
    if (seen.peakRssBytes() >= 0) {
      findings.exact("peak_rss_bytes", (double) seen.peakRssBytes(), "B", Better.LOWER);
    }
  }

  /**
   * Records how much of the time the measuring thread had a processor.
   *
   * @param mayWait whether the body is expected to wait for something else
   */
  static void ofProcessor(double percent, boolean mayWait, Findings findings) {
    findings.exact("cpu_percent", percent, "%", Better.NEITHER);
    if (percent < BUSY_PERCENT && !mayWait) {
      findings.warn(
          String.format(
              Locale.ROOT,
              "The measuring thread ran on a processor for %.0f %% of the time: the body waits, or"
                  + " other processes compete for the machine.",
              percent));
    }
  }
}

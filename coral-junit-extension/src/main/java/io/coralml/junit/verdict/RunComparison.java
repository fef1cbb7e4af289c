package io.coralml.junit.verdict;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.verdict.StoredRun.StoredBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Two runs compared, metric by metric.
 *
 * <p>A ratio is candidate over baseline. Its interval is the widest that the two intervals allow:
 * from the candidate's low over the baseline's high to the candidate's high over the baseline's
 * low. A change is one only when that interval lies wholly beyond the margin. Two runs are two JVMs
 * and two moments of the machine, whose difference no interval of either run knows: the margin is
 * therefore wide, and a decision that matters is left to pairs in one JVM.
 *
 * <p>Metrics without an interval are compared only where they are exact: bytes per operation,
 * sizes, ratios, mismatches; there any difference above one in a thousand counts.
 *
 * @param lines one per benchmark and metric that both runs have
 * @param failed ids of what passed in the baseline and failed or was aborted in the candidate
 * @param missing ids that only the baseline has
 * @param added ids that only the candidate has
 */
public record RunComparison(
    List<Line> lines, List<String> failed, List<String> missing, List<String> added) {
  /** The margin when nothing else is asked for: 10 %. */
  public static final double DEFAULT_MARGIN = 0.10;

  private static final double EXACT_MARGIN = 0.001;
  private static final Set<String> EXACT =
      Set.of(
          "b_per_op",
          "raw_bytes",
          "stored_bytes",
          "compression_ratio",
          "space_saved_percent",
          "limit_ratio",
          "mismatched_elements",
          "max_abs_error");

  /** Copies the lists. */
  public RunComparison {
    lines = List.copyOf(lines);
    failed = List.copyOf(failed);
    missing = List.copyOf(missing);
    added = List.copyOf(added);
  }

  /** What became of a metric. */
  public enum Change {
    /** Worse by more than the margin. */
    WORSE,
    /** Better by more than the margin. */
    BETTER,
    /** No change beyond the margin. */
    SAME,
    /** The intervals are too wide to tell. */
    INCONCLUSIVE
  }

  /**
   * One metric of one benchmark.
   *
   * @param id the benchmark and its arguments
   * @param metric the key
   * @param baseline the old value
   * @param candidate the new value
   * @param ratio candidate over baseline; none where one of them is below zero
   * @param change the verdict
   * @param sentence the verdict in words
   */
  public record Line(
      String id,
      String metric,
      Metric baseline,
      Metric candidate,
      Optional<Interval> ratio,
      Change change,
      String sentence) {}

  /** Tells whether anything became worse, or fails that passed. */
  public boolean regressed() {
    return !failed.isEmpty() || lines.stream().anyMatch(line -> line.change() == Change.WORSE);
  }

  /** Returns how many lines ended in the given way. */
  public long count(Change change) {
    return lines.stream().filter(line -> line.change() == change).count();
  }

  /**
   * Compares.
   *
   * @param margin the relative difference that is put up with, such as 0.1
   * @param force whether runs of different profiles or JDKs, and benchmarks of different modes or
   *     units, are compared all the same
   * @throws BenchmarkException if they cannot be compared and {@code force} is false
   */
  public static RunComparison of(
      StoredRun baseline, StoredRun candidate, double margin, boolean force) {
    if (!isMargin(margin)) {
      throw new BenchmarkException(
          "A margin is a share such as 0.1 for 10 %; this one is " + margin + ".");
    }
    if (!force) {
      requireSame("profile", baseline.profile(), candidate.profile());
      requireSame("JDK", baseline.jdk(), candidate.jdk());
    }
    List<Line> lines = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (StoredBenchmark old : baseline.benchmarks()) {
      StoredBenchmark now = candidate.benchmark(old.id()).orElse(null);
      if (now == null) {
        missing.add(old.id());
      } else if (old.passed() && !now.passed()) {
        failed.add(old.id());
      } else if (old.passed()) {
        lines.addAll(lines(old, now, margin, force));
      }
    }
    List<String> added =
        candidate.benchmarks().stream()
            .map(StoredBenchmark::id)
            .filter(id -> baseline.benchmark(id).isEmpty())
            .toList();
    return new RunComparison(lines, failed, missing, added);
  }

  /** Tells whether a number can be a margin: a share above 0 and below 10. */
  public static boolean isMargin(double margin) {
    return margin > 0 && margin < 10;
  }

  private static List<Line> lines(
      StoredBenchmark old, StoredBenchmark now, double margin, boolean force) {
    List<Line> lines = new ArrayList<>();
    if (!force) {
      requireSame("mode of " + old.id(), old.mode(), now.mode());
    }
    for (Metric before : old.metrics().values()) {
      Metric after = now.metrics().get(before.key());
      boolean comparable =
          after != null
              && before.better() != Better.NEITHER
              && Double.isFinite(before.value())
              && Double.isFinite(after.value())
              && ((before.hasInterval() && after.hasInterval()) || EXACT.contains(before.key()));
      if (comparable) {
        if (!force) {
          requireSame("unit of " + before.key() + " of " + old.id(), before.unit(), after.unit());
        }
        boolean exact = !before.hasInterval() && !after.hasInterval();
        lines.add(line(old.id(), before, after, exact ? EXACT_MARGIN : margin));
      }
    }
    return lines;
  }

  private static Line line(String id, Metric before, Metric after, double margin) {
    if (Math.min(low(before), low(after)) < 0) {
      return byDifference(id, before, after);
    }
    Interval ratio = ratio(before, after);
    boolean lower = before.better() == Better.LOWER;
    double up = 1 + margin;
    double down = 1 / up;
    Change change;
    if (ratio.low() > up) {
      change = lower ? Change.WORSE : Change.BETTER;
    } else if (ratio.high() < down) {
      change = lower ? Change.BETTER : Change.WORSE;
    } else {
      change = ratio.low() >= down && ratio.high() <= up ? Change.SAME : Change.INCONCLUSIVE;
    }
    return new Line(
        id,
        before.key(),
        before,
        after,
        Optional.of(ratio),
        change,
        sentence(change, ratio, margin));
  }

  /** Below zero, as a slope may be, there is no ratio to hold to a margin. */
  private static Line byDifference(String id, Metric before, Metric after) {
    boolean up = low(after) > high(before);
    boolean down = high(after) < low(before);
    Change change = Change.INCONCLUSIVE;
    if (up || down) {
      change = up == (before.better() == Better.LOWER) ? Change.WORSE : Change.BETTER;
    } else if (before.value() == after.value()) {
      change = Change.SAME;
    }
    String values = interval(after) + " where it was " + interval(before);
    String sentence =
        switch (change) {
          case WORSE -> "Worse: " + values + ".";
          case BETTER -> "Better: " + values + ".";
          case SAME -> "The same: " + values + ".";
          case INCONCLUSIVE -> "Undecided: " + values + ", and the two overlap.";
        };
    return new Line(id, before.key(), before, after, Optional.empty(), change, sentence);
  }

  private static String interval(Metric metric) {
    String value = number(metric.value());
    return metric.hasInterval()
        ? value + " [" + number(metric.low()) + " " + number(metric.high()) + "]"
        : value;
  }

  private static Interval ratio(Metric before, Metric after) {
    double value = quotient(after.value(), before.value());
    if (!before.hasInterval() && !after.hasInterval()) {
      return Interval.exactly(value);
    }
    double low = quotient(low(after), high(before));
    double high = quotient(high(after), low(before));
    return new Interval(Math.min(low, value), value, Math.max(high, value));
  }

  private static double low(Metric metric) {
    return metric.hasInterval() ? metric.low() : metric.value();
  }

  private static double high(Metric metric) {
    return metric.hasInterval() ? metric.high() : metric.value();
  }

  /** Zero over zero is no change; anything over zero is infinitely more. */
  private static double quotient(double after, double before) {
    if (before == 0) {
      return after == 0 ? 1 : Double.POSITIVE_INFINITY;
    }
    return after / before;
  }

  private static String sentence(Change change, Interval ratio, double margin) {
    String interval =
        ratio.low() == ratio.high()
            ? "ratio " + number(ratio.value())
            : "ratio "
                + number(ratio.value())
                + " ["
                + number(ratio.low())
                + " "
                + number(ratio.high())
                + "]";
    String limit = String.format(Locale.ROOT, "%.1f %%", 100 * margin);
    return switch (change) {
      case WORSE -> "Worse: " + interval + " lies wholly beyond the margin of " + limit + ".";
      case BETTER -> "Better: " + interval + " lies wholly beyond the margin of " + limit + ".";
      case SAME -> "The same: " + interval + " lies inside the margin of " + limit + ".";
      case INCONCLUSIVE ->
          "Undecided: " + interval + " reaches across the margin of " + limit + "; compare pairs.";
    };
  }

  private static String number(double value) {
    return Double.isInfinite(value) ? "∞" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static void requireSame(String what, String old, String now) {
    if (!old.equals(now)) {
      throw new BenchmarkException(
          "Apples and pears: the "
              + what
              + " is "
              + (old.isEmpty() ? "unknown" : old)
              + " in the baseline and "
              + (now.isEmpty() ? "unknown" : now)
              + " in the candidate; --force compares them all the same.");
    }
  }
}

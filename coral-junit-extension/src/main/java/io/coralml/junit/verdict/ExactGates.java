package io.coralml.junit.verdict;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Expect;
import io.coralml.junit.Metric;
import io.coralml.junit.report.GrowthSeries;
import io.coralml.junit.stats.GrowthClass;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Holds a result to the {@link Expect} annotations of its method. Stateless. */
public final class ExactGates {
  private static final Set<String> MEMORY =
      Set.of("b_per_op", "peak_heap_bytes", "peak_rss_bytes", "leak_bytes_per_op");
  private static final Set<String> INTEGRITY = Set.of("mismatched_elements", "max_abs_error");
  private static final List<String> KINDS = List.of("metric", "memory", "integrity");
  private static final Set<String> TIMES = Set.of("ns", "µs", "us", "ms", "s");

  private ExactGates() {}

  /**
   * What the gates of one benchmark say.
   *
   * @param failures limits that do not hold, one sentence each
   * @param warnings limits that do not hold but may not fail here, one sentence each
   * @param error what to throw; empty when no gate fails
   */
  public record Outcome(List<String> failures, List<String> warnings, Optional<GateError> error) {}

  /**
   * Checks the result of a method.
   *
   * @param siblings the results of the run so far, for the growth over sizes; this one may be among
   *     them
   * @param profile the active profile
   * @param strict whether limits on times and rates fail in every profile
   * @throws BenchmarkException if an annotation cannot be understood or names a metric that the
   *     benchmark does not have
   */
  public static Outcome check(
      Method method,
      BenchmarkResult result,
      Collection<BenchmarkResult> siblings,
      BenchmarkProfile profile,
      boolean strict) {
    List<String> failures = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    int worst = 0;
    for (Expect expect : method.getAnnotationsByType(Expect.class)) {
      Metric metric = result.metrics().get(expect.metric());
      if (metric == null) {
        requireFunctional(expect, result, profile);
        continue;
      }
      Optional<String> broken =
          broken(expect, metric, result).or(() -> growth(expect, result, siblings));
      if (broken.isPresent()) {
        boolean limitOnTime = isTime(metric) && expect.growth().length == 0;
        boolean advisory = limitOnTime && !strict && profile.compareTo(BenchmarkProfile.FULL) < 0;
        (advisory ? warnings : failures).add(broken.get());
        worst = advisory ? worst : Math.max(worst, severity(metric.key()));
      }
    }
    return new Outcome(
        List.copyOf(failures), List.copyOf(warnings), error(worst, result, failures));
  }

  /** Returns the kind of the most severe gate of a method: integrity, memory or metric. */
  public static Optional<String> kind(Method method) {
    int worst = 0;
    for (Expect expect : method.getAnnotationsByType(Expect.class)) {
      worst = Math.max(worst, severity(expect.metric()));
    }
    return worst == 0 ? Optional.empty() : Optional.of(KINDS.get(worst - 1));
  }

  private static Optional<String> growth(
      Expect expect, BenchmarkResult result, Collection<BenchmarkResult> siblings) {
    if (expect.growth().length == 0) {
      return Optional.empty();
    }
    GrowthClass allowed = Collections.max(List.of(expect.growth()));
    List<BenchmarkResult> all = new ArrayList<>(siblings);
    all.add(result);
    return GrowthSeries.of(all, result, expect.metric())
        .filter(series -> series.growth().worseThan(allowed))
        .map(
            series ->
                expect.metric()
                    + " may grow like "
                    + allowed.formula()
                    + " at worst. "
                    + series.growth().sentence());
  }

  private static void requireFunctional(
      Expect expect, BenchmarkResult result, BenchmarkProfile profile) {
    if (profile != BenchmarkProfile.FUNCTIONAL) {
      throw new BenchmarkException(
          "@Expect of "
              + result.name()
              + " names the metric "
              + expect.metric()
              + ", which this benchmark does not have; it has "
              + String.join(", ", result.metrics().keySet())
              + ".");
    }
  }

  private static Optional<String> broken(Expect expect, Metric metric, BenchmarkResult result) {
    double min = expect.min();
    double max = expect.max();
    if (!Double.isNaN(expect.value())) {
      if (metric.better() == Better.NEITHER) {
        throw new BenchmarkException(
            "@Expect of "
                + result.name()
                + " gives a value for "
                + metric.key()
                + ", of which neither more nor less is better; give min or max.");
      }
      min = metric.better() == Better.HIGHER ? Math.max(min, expect.value()) : min;
      max = metric.better() == Better.LOWER ? Math.min(max, expect.value()) : max;
    }
    double low = metric.hasInterval() ? metric.low() : metric.value();
    double high = metric.hasInterval() ? metric.high() : metric.value();
    if (Double.isNaN(metric.value())) {
      return Optional.of(metric.key() + " is not a number, so its limit cannot hold.");
    }
    if (high < min) {
      return Optional.of(sentence(metric, "at least", min));
    }
    return low > max ? Optional.of(sentence(metric, "at most", max)) : Optional.empty();
  }

  private static String sentence(Metric metric, String limited, double limit) {
    return metric.key()
        + " is "
        + value(metric)
        + ", but "
        + limited
        + " "
        + number(limit)
        + " "
        + metric.unit()
        + " is expected.";
  }

  private static String value(Metric metric) {
    String unit = " " + metric.unit();
    return metric.hasInterval()
        ? "["
            + number(metric.low())
            + " "
            + number(metric.value())
            + " "
            + number(metric.high())
            + "]"
            + unit
        : number(metric.value()) + unit;
  }

  /** Beside a limit, large numbers are read with their thousands, not with an exponent. */
  private static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e15) {
      return String.format(Locale.ROOT, "%,d", (long) value);
    }
    return String.format(Locale.ROOT, size >= 1e5 && size < 1e15 ? "%,.1f" : "%.6g", value);
  }

  private static boolean isTime(Metric metric) {
    String unit = metric.unit();
    int slash = unit.indexOf('/');
    String base = slash < 0 ? unit : unit.substring(0, slash);
    String per = slash < 0 ? "" : unit.substring(slash + 1);
    return TIMES.contains(base) || TIMES.contains(per);
  }

  private static int severity(String key) {
    return INTEGRITY.contains(key) ? 3 : MEMORY.contains(key) ? 2 : 1;
  }

  private static Optional<GateError> error(
      int worst, BenchmarkResult result, List<String> failures) {
    String message = result.id() + ": " + String.join(" ", failures);
    return switch (worst) {
      case 3 -> Optional.of(new DataIntegrityError(message));
      case 2 -> Optional.of(new AllocationRegressionError(message));
      case 1 -> Optional.of(new PerformanceRegressionError(message));
      default -> Optional.empty();
    };
  }
}

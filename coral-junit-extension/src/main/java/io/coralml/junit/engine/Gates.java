package io.coralml.junit.engine;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Mode;
import io.coralml.junit.baseline.BaselineCode;
import io.coralml.junit.stats.OnlineDiscovery;
import io.coralml.junit.stats.PairedComparison;
import io.coralml.junit.stats.PairedComparison.Outcome;
import java.io.File;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the comparisons of a run have in common: the old code, the margin, the time, how strict they
 * are, and how many there are, for among many one is beyond its interval by chance. Thread-safe.
 *
 * <p>Options: {@code coral.baseline} names the old code ({@link BaselineCode}); {@code
 * coral.gate.margin} the difference that is put up with where {@link Baseline} says nothing
 * (default 0.02); {@code coral.gate.time} how long one comparison with the old code may take
 * (default 24 s in quick, then 48, 96 and 192); {@code coral.gate.strict} whether a comparison
 * without a decision fails; {@code coral.maven.repository} where coordinates are looked up (default
 * {@code maven.repo.local}, then {@code ~/.m2/repository}).
 */
final class Gates {
  /** At most one in twenty of the alarms of a run is false. */
  private static final double FALSE_DISCOVERIES = 0.05;

  private static final Duration QUICK = Duration.ofSeconds(24);

  private final @Nullable BaselineCode baseline;
  private final double margin;
  private final Duration time;
  private final boolean strict;
  private final OnlineDiscovery discoveries;

  private Gates(
      @Nullable BaselineCode baseline,
      double margin,
      Duration time,
      boolean strict,
      OnlineDiscovery discoveries) {
    this.baseline = baseline;
    this.margin = margin;
    this.time = time;
    this.strict = strict;
    this.discoveries = discoveries;
  }

  /**
   * Reads the options.
   *
   * @param measured whether anything is measured; the baseline of a functional run is not looked at
   * @param scale 1 in quick, then 2, 4 and 8
   * @param planned how many benchmarks may be compared
   * @throws BenchmarkException if an option is malformed or the baseline cannot be used
   */
  static Gates of(Options options, boolean measured, int scale, int planned) {
    BaselineCode baseline =
        options
            .text("coral.baseline")
            .filter(text -> measured)
            .map(text -> BaselineCode.of(text, classPath(), repository(options)))
            .orElse(null);
    return new Gates(
        baseline,
        options.fraction("coral.gate.margin", PairedComparison.DEFAULT_MARGIN),
        options.duration("coral.gate.time", QUICK.multipliedBy(scale)),
        options.flag("coral.gate.strict", false),
        new OnlineDiscovery(FALSE_DISCOVERIES, planned));
  }

  private static java.util.List<Path> classPath() {
    String entries = ForkProcess.classPath(System.getProperties());
    return Arrays.stream(entries.split(File.pathSeparator, -1)).map(Path::of).toList();
  }

  private static Path repository(Options options) {
    return options
        .text("coral.maven.repository")
        .or(() -> options.text("maven.repo.local"))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".m2", "repository"));
  }

  /** Tells whether benchmarks of a mode can be compared with something: a block of calls is. */
  static boolean compare(Mode mode) {
    return mode == Mode.THROUGHPUT || mode == Mode.LATENCY;
  }

  /** Returns the old code that was named. */
  Optional<BaselineCode> baseline() {
    return Optional.ofNullable(baseline);
  }

  /** Returns the margin of a benchmark. */
  double margin(Method method) {
    Baseline declared = method.getAnnotation(Baseline.class);
    if (declared == null || Double.isNaN(declared.margin())) {
      return margin;
    }
    if (!(declared.margin() > 0 && declared.margin() < 1)) {
      throw new BenchmarkException(
          "@Baseline of ["
              + method.getDeclaringClass().getSimpleName()
              + "."
              + method.getName()
              + "] has the margin "
              + declared.margin()
              + "; a margin is a share between 0 and 1, such as 0.02 for 2 %.");
    }
    return declared.margin();
  }

  Duration time() {
    return time;
  }

  /** Tells whether limits on times fail in every profile, and comparisons without a decision. */
  boolean strict() {
    return strict;
  }

  /** Returns the comparison as it stands among all of the run. */
  PairedComparison judge(PairedComparison alone) {
    return alone.amongMany(discoveries.level(), discoveries.size());
  }

  /** Notes how a comparison ended. */
  void decided(PairedComparison comparison) {
    discoveries.decided(comparison.outcome() == Outcome.SLOWER);
  }
}

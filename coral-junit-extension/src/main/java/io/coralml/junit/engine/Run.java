package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Blackhole;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.RunReport;
import io.coralml.junit.report.Reporter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of benchmarks in this JVM: its settings, its results, and its end, when the reporters
 * learn of it. It lives in the store of the launcher session, which closes it; a shutdown hook
 * closes it when the JVM is told to end before. Thread-safe.
 */
final class Run implements AutoCloseable {
  /** Names the store that the run and its plan lie in. */
  static final String NAME = "io.coralml.junit";

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(NAME);
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(3);

  private final Instant start = Instant.now();
  private final Options options;
  private final @Nullable Plan plan;
  private final ProfileSettings settings;
  private final RunOptions asked;
  private final @Nullable Profiler profiler;
  private final Progress progress;
  private final Budget budget;
  private final Gates gates;
  private final SortedMap<String, String> environment;
  private final Reporters reporters;
  private final Map<String, BenchmarkResult> results = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Thread hook = new Thread(this::cancel, "coral-cancel");
  private final Map<Thread, String> leftBehind = new HashMap<>();
  private @Nullable Control current;
  private boolean cancelled;
  private boolean closed;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Object calibrationLock = new Object();
  private @Nullable Calibration calibration;

  private Run(Options options, @Nullable Plan plan) {
    this.options = options;
    this.plan = plan;
    this.settings =
        new Profiles(options, BuildTool.isRunning(System.getProperties(), System.getenv()))
            .active();
    Path here = Path.of("").toAbsolutePath();
    this.asked = RunOptions.of(options, here);
    this.profiler =
        asked
            .profiler()
            .map(
                name -> Profiler.of(name, asked.output().resolve("profiles"), asked.profilerTime()))
            .orElse(null);
    this.progress =
        settings.measured() && !isFork()
            ? Progress.ofThisProcess(System.getenv())
            : Progress.none();
    this.budget =
        new Budget(
            settings.budget(),
            settings.benchmarkTime(),
            plan == null ? 0 : plan.expected(settings.profile(), asked));
    this.gates =
        Gates.of(
            options,
            settings.measured() && !isFork(),
            settings.scale(),
            plan == null ? 0 : plan.comparable(settings.profile(), asked));
    this.environment = Environment.capture(here);
    gates.baseline().ifPresent(code -> environment.put("baseline", code.name()));
    environment.put("blackhole", Blackhole.isCompilerBlackhole() ? "compiler" : "escape");
    environment.put("profile", settings.name());
    environment.put("seed", Long.toString(settings.seed()));
    this.reporters = Reporters.load(options, this::problem);
    reporters.tell((reporter, found) -> reporter.runStarted(settings.name(), found), environment);
    if (settings.measured() && !isFork()) {
      checkSystem();
      checkMemory();
      options.replaced().forEach(this::problem);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Returns the run that a test belongs to.
   *
   * @throws BenchmarkException if an option is malformed
   */
  static Run of(ExtensionContext context) {
    ExtensionContext.Store store =
        context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE);
    Object run =
        store.getOrComputeIfAbsent(
            Run.class,
            key -> {
              try {
                return new Run(
                    new Options(context::getConfigurationParameter, System.getenv()),
                    store.get(Plan.class, Plan.class));
              } catch (BenchmarkException e) {
                return e;
              }
            });
    if (run instanceof BenchmarkException e) {
      throw new BenchmarkException(e.getMessage(), e);
    }
    return (Run) run;
  }

  /** What disturbs a measurement stands in the report; what makes it impossible ends the run. */
  private void checkSystem() {
    for (SystemCheck.Finding finding : SystemCheck.run(asked.temporary())) {
      environment.put("check_" + finding.what(), finding.found());
      String sentence =
          "System check, "
              + finding.what()
              + ": "
              + finding.found()
              + "; "
              + finding.advice()
              + ".";
      switch (finding.severity()) {
        case FINE -> {}
        case DISTURBING ->
            problems.add(sentence); // the report says it; a warning would say it twice
        case IMPOSSIBLE -> throw new BenchmarkException(sentence);
      }
    }
  }

  /** The heap of this JVM is fixed by now; that of forks is not. */
  private void checkMemory() {
    long most = Runtime.getRuntime().maxMemory();
    if (asked.memoryLimit().isPresent() && most > asked.memoryLimit().getAsLong() << 20) {
      problem(
          "The limit on memory is "
              + asked.memoryLimit().getAsLong()
              + " MB, but the heap of this JVM may grow to "
              + (most >> 20)
              + " MB; forks keep the limit, and so does a JVM that is started with -Xmx"
              + asked.memoryLimit().getAsLong()
              + "m.");
    }
  }

  ProfileSettings settings() {
    return settings;
  }

  /** Returns the profiler that was asked for. */
  Optional<Profiler> profiler() {
    return Optional.ofNullable(profiler);
  }

  /** Tells whether this JVM is a fork of another run. */
  boolean isFork() {
    return options.text(ForkRequest.RESULT).isPresent();
  }

  /** Returns what the comparisons of this run have in common. */
  Gates gates() {
    return gates;
  }

  /** Returns what the run was asked for. */
  RunOptions asked() {
    return asked;
  }

  /** Returns the options a fork has to know, wherever this run has them from. */
  Map<String, String> optionsForFork() {
    Map<String, String> passed = new TreeMap<>();
    System.getProperties().stringPropertyNames().stream()
        .filter(key -> key.startsWith("coral.") || key.startsWith("junit."))
        .forEach(key -> passed.put(key, System.getProperty(key)));
    passed.put("coral.profile", settings.profile().key());
    passed.put("coral.seed", Long.toString(settings.seed()));
    passed.put("coral.scale", Integer.toString(settings.scale()));
    passed.put("coral.repetitions", Integer.toString(settings.repetitions()));
    passed.put("coral.time-limit", asked.timeLimit().toMillis() + "ms");
    passed.put("coral.benchmark.workers", Integer.toString(settings.workers()));
    passed.put("coral.benchmark.io-intensive", Boolean.toString(asked.ioIntensive()));
    // The second pass is taken by the parent, which knows where recordings go.
    passed.remove(Profiler.KEY);
    passed.remove(Profiler.TIME_KEY);
    passed.remove("coral.strict");
    return passed;
  }

  Budget budget() {
    return budget;
  }

  /** Notes a thread that could not be ended; it disturbs what is measured until it ends. */
  synchronized void leftBehind(String benchmark, Thread thread) {
    leftBehind.put(thread, benchmark);
  }

  /** Returns the benchmarks whose threads still run although they were told to end. */
  synchronized List<String> leftBehind() {
    leftBehind.keySet().removeIf(thread -> !thread.isAlive());
    return List.copyOf(leftBehind.values());
  }

  /** Returns the agents that change how fast code runs in this JVM. */
  List<String> agents() {
    return Environment.agents(ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  /** Shows on a terminal what is done now. */
  void entered(Benchmark benchmark, String stage) {
    progress.show(benchmark.suite(), benchmark.displayName(), stage, budget.left());
  }

  /** Notes what concerns the whole run. */
  synchronized void problem(String sentence) {
    if (!problems.contains(sentence)) {
      problems.add(sentence);
      if (!asked.silent()) {
        progress.clear();
        LOG.warn(sentence);
      }
    }
  }

  /** Notes which control stops what is being measured now; already stopped in a cancelled run. */
  synchronized void measuring(Control control) {
    current = control;
    if (cancelled) {
      control.cancel();
    }
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Returns the benchmark with an id that no other of the run has: two arguments may read alike.
   */
  synchronized Benchmark unique(Benchmark benchmark) {
    int number = ids.merge(benchmark.id(), 1, Integer::sum);
    return number == 1 ? benchmark : benchmark.numbered(number);
  }

  /**
   * Returns what the loop costs in this JVM; measured once on the calling thread, and again when a
   * body contradicts it.
   *
   * @param least the shortest time per operation of the body it is compared with, in ns
   */
  Calibration calibration(double least) throws Throwable {
    synchronized (calibrationLock) {
      Calibration known = calibration;
      if (known == null || known.isContradictedBy(least)) {
        Calibration measured = Calibration.measure();
        known = known == null ? measured : known.or(measured);
        calibration = known;
        if (!known.blackholeHolds()) {
          problem(
              "The black hole does not hold in this JVM: the compiler removes what is handed to it,"
                  + " so times are too short. Start the JVM with "
                  + Blackhole.FLAGS
                  + ".");
        }
      }
      return known;
    }
  }

  /** Keeps a result and tells the reporters. */
  synchronized void finished(BenchmarkResult result) {
    current = null;
    if (closed) {
      return;
    }
    results.put(result.id(), result);
    notifyAll();
    reporters.tell(Reporter::benchmarkFinished, result);
  }

  /** Replaces a result that turned out to be a failure after it had been measured. */
  synchronized void failedAfterwards(BenchmarkResult failed) {
    results.put(failed.id(), failed);
    if (isFork()) { // its file has been written, and whoever started it reads no other
      reporters.tell(Reporter::benchmarkFinished, failed);
    }
  }

  /** Returns what has ended so far. */
  synchronized List<BenchmarkResult> results() {
    return List.copyOf(results.values());
  }

  synchronized @Nullable BenchmarkResult result(String id) {
    return results.get(id);
  }

  /** The JVM was told to end: stop what is measured, keep what there is, and report. */
  private void cancel() {
    synchronized (this) {
      cancelled = true;
      if (current != null) {
        current.cancel();
        awaitCurrent();
      }
      problem("The run was cancelled; what had been measured until then is reported.");
    }
    close();
  }

  private synchronized void awaitCurrent() {
    long deadline = System.nanoTime() + CANCEL_GRACE.toNanos();
    try {
      while (current != null && System.nanoTime() < deadline) {
        wait(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    progress.close();
    if (!cancelled) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    unknownSuites();
    if (results.isEmpty()) {
      return;
    }
    if (settings.measured() && !isFork()) {
      budget.overrun(results.values()).ifPresent(this::problem);
    }
    RunReport report =
        new RunReport(
            settings.name(),
            settings.seed(),
            settings.budget(),
            environment,
            List.copyOf(results.values()),
            problems,
            asked.output(),
            start,
            Instant.now());
    reporters.tell(Reporter::runFinished, report);
  }

  /**
   * Another module may have the suite, so this is no failure; but a slip must not pass in silence.
   */
  private void unknownSuites() {
    SortedSet<String> known = plan == null ? new TreeSet<>() : plan.suites();
    SortedSet<String> unknown = new TreeSet<>(asked.suites());
    unknown.removeAll(known);
    if (settings.measured() && !known.isEmpty() && !unknown.isEmpty()) {
      problem(
          "The option coral.suites names "
              + String.join(", ", unknown)
              + ", to which no benchmark of this run belongs; its suites are "
              + String.join(", ", known)
              + ".");
    }
  }
}

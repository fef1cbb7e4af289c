package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Fresh;
import io.coralml.junit.Mode;
import io.coralml.junit.Threads;
import io.coralml.junit.baseline.BaselineCode;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;
import org.junit.platform.commons.support.AnnotationSupport;

/** What is done in place of calling a benchmark's method: once, or as its mode asks. */
record Measurement(
    Run run,
    Benchmark benchmark,
    Findings findings,
    MetricsRecorder recorder,
    String uniqueId,
    Object receiver,
    List<Object> arguments,
    Invocation<Void> invocation) {
  void perform() throws Throwable {
    try {
      checkDeclared();
      if (run.settings().measured()) {
        measured();
      } else {
        once();
      }
    } catch (Throwable failure) {
      findings.metrics(recorder.untilFailure(run.settings().seed()));
      throw failure;
    }
  }

  /** Refuses what other annotations say and nobody can do, in a functional run too. */
  private void checkDeclared() {
    Optional<PairedGate> gate =
        PairedGate.of(benchmark.method(), receiver, arguments, threads(), new Control());
    if (gate.isEmpty()) {
      return;
    }
    if (!Gates.compare(benchmark.declaration().mode())) {
      throw new BenchmarkException(
          "@Baseline of "
              + benchmark.name()
              + " needs mode THROUGHPUT or LATENCY; remove it, or change the mode.");
    }
    gate.get().checkDeclared();
  }

  private void measured() throws Throwable {
    Control control = new Control();
    run.measuring(control);
    warnOfSurroundings();
    long began = System.nanoTime();
    try {
      MeasuringThread.run(
          benchmark.displayName(),
          () -> measure(control),
          run.asked().timeLimit(),
          control,
          run::leftBehind);
    } finally {
      run.budget().spend(Duration.ofNanos(System.nanoTime() - began));
    }
    compareWithOlderCode(control);
  }

  /**
   * Only whether it works counts; what a scenario records is kept, for it is not a time. It too has
   * a thread of its own: a body that never ends, or takes all memory, costs its own benchmark only.
   */
  private void once() throws Throwable {
    Instant start = Instant.now();
    recorder.beginRepetitions();
    MeasuringThread.run(
        benchmark.displayName(),
        () -> {
          invocation.proceed();
          closeFresh();
        },
        run.asked().timeLimit(),
        new Control(),
        run::leftBehind);
    recorder.endRepetition();
    findings.metrics(recorder.summary(run.settings().seed()));
    findings.stage("call", start, "once, not measured");
  }

  private void warnOfSurroundings() {
    List<String> agents = run.agents();
    if (!agents.isEmpty()) {
      findings.warn(
          "An agent is in this JVM and changes how fast code runs: "
              + String.join(", ", agents)
              + ".");
    }
    List<String> leftBehind = run.leftBehind();
    if (!leftBehind.isEmpty()) {
      findings.warn(
          "A thread of "
              + String.join(", ", leftBehind)
              + " could not be ended and competes for the processor.");
    }
    findings.setting("profile", run.settings().name());
    findings.setting("seed", run.settings().seed());
    findings.setting("blackhole", Blackhole.isCompilerBlackhole() ? "compiler" : "escape");
  }

  private void measure(Control control) throws Throwable {
    int parts = run.isFork() ? 1 : Plan.parts(benchmark.method());
    Duration allotted = run.budget().next(parts).dividedBy(parts);
    findings.setting("allotted_ms", allotted.toMillis());
    int forks = forks();
    if (forks > 0) {
      invocation.skip();
      fork(forks, allotted, control);
    } else {
      measureHere(allotted, control);
    }
    if (run.isFork()) {
      return;
    }
    try {
      takeTurns(allotted, control);
    } finally {
      profile(control);
    }
  }

  /** It has a time of its own, so that a gated run measures as long as any other. */
  private void compareWithOlderCode(Control control) throws Throwable {
    Optional<BaselineCode> older = run.gates().baseline();
    if (older.isEmpty() || !Gates.compare(benchmark.declaration().mode())) {
      return;
    }
    CodeGate gate =
        new CodeGate(
            older.get(), benchmark, Benchmark.iteration(uniqueId), threads(), run, control);
    MeasuringThread.run(
        benchmark.displayName(),
        () -> gate.check(findings),
        run.asked().timeLimit(),
        control,
        run::leftBehind);
  }

  /** Compares with the baseline method, where one is named, for as long as the measurement. */
  private void takeTurns(Duration time, Control control) throws Throwable {
    Optional<PairedGate> gate =
        PairedGate.of(benchmark.method(), receiver, arguments, threads(), control);
    if (gate.isEmpty()) {
      return;
    }
    findings.enter("pairs");
    gate.get().check(time, run.settings().seed(), run.gates(), findings);
  }

  private void measureHere(Duration allotted, Control control) throws Throwable {
    int threads = threads();
    if (threads > 1) {
      findings.setting("threads", threads);
    }
    Body body = Body.of(benchmark.method(), receiver, arguments, control);
    switch (benchmark.declaration().mode()) {
      case THROUGHPUT -> throughput(body, threads, allotted);
      case LATENCY -> latency(body, threads, allotted);
      case SCENARIO -> scenario(body, threads, allotted);
      case COLD -> {
        // Only a fork comes here: a cold start is measured in fresh JVMs.
        invocation.skip();
        ForkRequest.cold(Cold.call(body), findings);
      }
    }
  }

  /** A second pass in this JVM, also of what was measured in forks; a cold start has none. */
  private void profile(Control control) throws Throwable {
    Optional<Profiler> profiler = run.profiler();
    if (profiler.isPresent() && benchmark.declaration().mode() != Mode.COLD) {
      findings.enter("profile");
      Body body = Body.of(benchmark.method(), receiver, arguments, control);
      profiler.get().record(body, benchmark, findings);
    }
  }

  private int forks() {
    CoralBenchmark declaration = benchmark.declaration();
    if (run.isFork()) {
      return 0;
    }
    int asked = declaration.forks();
    int least = declaration.jvmArgs().length > 0 ? 1 : 0;
    return switch (declaration.mode()) {
      case COLD -> repetitions();
      case SCENARIO -> Math.max(least, asked);
      case THROUGHPUT, LATENCY -> Math.max(least, asked >= 0 ? asked : run.settings().forks());
    };
  }

  private int repetitions() {
    int asked = benchmark.declaration().repetitions();
    return asked > 0 ? asked : run.settings().repetitions();
  }

  private void fork(int forks, Duration allotted, Control control) throws Exception {
    ForkRequest request =
        new ForkRequest(
            uniqueId,
            benchmark,
            List.of(benchmark.declaration().jvmArgs()),
            run.optionsForFork(),
            run.asked());
    List<ForkResult> results = request.run(forks, allotted, findings, control);
    request.join(results, findings, run.settings().seed());
  }

  private int threads() {
    Optional<Threads> declared =
        AnnotationSupport.findAnnotation(benchmark.method(), Threads.class);
    if (declared.isEmpty()) {
      return 1;
    }
    String from = declared.get().from();
    if (from.isEmpty()) {
      return atLeastOne(declared.get().value(), "@Threads(" + declared.get().value() + ")");
    }
    Parameter[] parameters = benchmark.method().getParameters();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].getName().equals(from) && arguments.get(i) instanceof Integer threads) {
        return atLeastOne(threads, from + " = " + threads);
      }
    }
    throw new BenchmarkException(
        "@Threads(from = \""
            + from
            + "\") of "
            + benchmark.name()
            + " names no int parameter; compile with -parameters and name one.");
  }

  private int atLeastOne(int threads, String what) {
    if (threads == Threads.WORKERS) {
      return run.settings().workers();
    }
    if (threads < 1) {
      throw new BenchmarkException(
          what + " of " + benchmark.name() + " must be at least 1 thread.");
    }
    return threads;
  }

  private void throughput(Body body, int threads, Duration allotted) throws Throwable {
    long seed = run.settings().seed();
    firstCall();
    recorder.endRepetition();
    if (threads > 1) {
      try (Crew crew = new Crew(body, threads)) {
        new ThreadedThroughput(crew, body.control(), findings, allotted, seed)
            .measure(recorder.bytesPerOp(), recorder.itemsPerOp());
      }
    } else {
      Throughput throughput =
          new Throughput(body, findings, allotted, seed, run.asked().ioIntensive());
      throughput.measure(recorder.bytesPerOp(), recorder.itemsPerOp());
      if (benchmark.declaration().leak()) {
        throughput.leak();
      }
      if (!body.hasFixtures()) {
        compareWithEmpty(throughput);
      }
    }
    findings.metrics(recorder.summary(seed));
  }

  private void latency(Body body, int threads, Duration allotted) throws Throwable {
    firstCall();
    recorder.endRepetition();
    new Latency(findings, allotted, benchmark.declaration().callsPerSecond())
        .measure(body, threads);
    findings.metrics(recorder.summary(run.settings().seed()));
  }

  private void scenario(Body body, int threads, Duration allotted) throws Throwable {
    Scenario scenario =
        new Scenario(
            body.control(),
            recorder,
            findings,
            allotted,
            run.settings().seed(),
            benchmark.declaration().leak());
    if (threads == 1) {
      scenario.measure(this::firstCall, () -> body.run(1), repetitions());
      return;
    }
    invocation.skip();
    try (Crew crew = new Crew(body, threads)) {
      Scenario.Repetition together =
          () -> {
            long[] released = new long[1];
            crew.all(member -> member.run(1), () -> released[0] = System.nanoTime());
            return System.nanoTime() - released[0];
          };
      scenario.measure(together, together, repetitions());
    }
  }

  private long firstCall() throws Throwable {
    findings.enter("first call");
    Instant start = Instant.now();
    long began = System.nanoTime();
    invocation.proceed();
    long nanos = System.nanoTime() - began;
    closeFresh();
    findings.stage("first call", start, "");
    return nanos;
  }

  /** The first call's fixtures were made by the parameter resolver. */
  private void closeFresh() throws Exception {
    Parameter[] parameters = benchmark.method().getParameters();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].isAnnotationPresent(Fresh.class)) {
        FreshFixture.close(arguments.get(i));
      }
    }
  }

  private void compareWithEmpty(Throughput throughput) throws Throwable {
    double least = throughput.leastNanos();
    if (Double.isNaN(least)) {
      return;
    }
    Calibration calibration = run.calibration(least);
    if (calibration.isEmpty(least)) {
      findings.warn(
          "The body cannot be told from an empty one ("
              + String.format(java.util.Locale.ROOT, "%.2f", calibration.emptyNanos())
              + " ns): the compiler may have removed its work. Hand its result to a Blackhole.");
    }
  }
}

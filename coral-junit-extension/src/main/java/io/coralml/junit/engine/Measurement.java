package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.ProfileSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;

/** What is done in place of calling a benchmark's method: once, or as its mode asks. */
record Measurement(
    Run run,
    Benchmark benchmark,
    Findings findings,
    MetricsRecorder recorder,
    Object receiver,
    List<Object> arguments,
    Invocation<Void> invocation) {

  void perform() throws Throwable {
    if (!run.settings().measured()) {
      once();
      return;
    }
    Control control = new Control();
    run.measuring(control);
    warnOfSurroundings();
    long began = System.nanoTime();
    try {
      MeasuringThread.run(
          benchmark.displayName(), () -> measure(control), run.timeLimit(), control);
    } finally {
      run.budget().spend(Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** Only whether it works counts; what a scenario records is kept, for it is not a time. */
  private void once() throws Throwable {
    Instant start = Instant.now();
    recorder.beginRepetitions();
    invocation.proceed();
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
    findings.setting("profile", run.settings().name());
    findings.setting("seed", run.settings().seed());
    findings.setting("blackhole", Blackhole.isCompilerBlackhole() ? "compiler" : "escape");
  }

  private void measure(Control control) throws Throwable {
    ProfileSettings settings = run.settings();
    CoralBenchmark declaration = benchmark.declaration();
    Duration allotted = run.budget().next();
    findings.setting("allotted_ms", allotted.toMillis());
    Body body = Body.of(benchmark.method(), receiver, arguments, control);
    switch (declaration.mode()) {
      case THROUGHPUT -> {
        firstCall();
        Throughput throughput = new Throughput(body, findings, allotted, settings.seed());
        throughput.measure(recorder.bytesPerOp(), recorder.itemsPerOp());
        recorder.endRepetition();
        findings.metrics(recorder.summary(settings.seed()));
        compareWithEmpty(throughput);
      }
      case SCENARIO -> {
        int asked = declaration.repetitions();
        new Scenario(body, recorder, findings, allotted, settings.seed())
            .measure(this::firstCall, asked > 0 ? asked : settings.repetitions());
      }
      case LATENCY, COLD ->
          throw new BenchmarkException(
              "The mode "
                  + declaration.mode()
                  + " of "
                  + benchmark.name()
                  + " is not available; use THROUGHPUT or SCENARIO.");
    }
  }

  private long firstCall() throws Throwable {
    Instant start = Instant.now();
    long began = System.nanoTime();
    invocation.proceed();
    long nanos = System.nanoTime() - began;
    findings.stage("first call", start, "");
    return nanos;
  }

  private void compareWithEmpty(Throughput throughput) throws Throwable {
    double median = throughput.medianNanos();
    if (!Double.isNaN(median) && run.calibration().isEmpty(median)) {
      findings.warn(
          "The body cannot be told from an empty one ("
              + String.format(java.util.Locale.ROOT, "%.2f", run.calibration().emptyNanos())
              + " ns): the compiler may have removed its work. Hand its result to a Blackhole.");
    }
  }
}

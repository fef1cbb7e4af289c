package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Fresh;
import io.coralml.junit.Metrics;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.Status;
import io.coralml.junit.verdict.ExactGates;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * The Jupiter side of a benchmark: leaves out what the profile does not include, resolves what is
 * injected, and measures the body instead of calling it once. Stateless; what a run knows is in its
 * {@link Run}.
 */
public final class BenchmarkExtension
    implements ExecutionCondition, ParameterResolver, InvocationInterceptor, TestWatcher {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(BenchmarkExtension.class);

  /** For Jupiter, which creates it. */
  public BenchmarkExtension() {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<CoralBenchmark> declaration = Benchmark.declaration(context);
    if (declaration.isEmpty()) {
      return ConditionEvaluationResult.enabled("no benchmark");
    }
    if (CodeSide.of(context).isPresent()) {
      return ConditionEvaluationResult.enabled("takes turns with another loading of its code");
    }
    Run run = Run.of(context);
    ProfileSettings settings = run.settings();
    BenchmarkProfile required =
        Plan.required(context.getRequiredTestMethod(), context.getRequiredTestClass());
    if (!settings.profile().includes(required)) {
      return ConditionEvaluationResult.disabled(
          "runs in profile " + required.key() + " and above; this is " + settings.name());
    }
    String suite = Benchmark.suite(declaration.get(), context.getRequiredTestClass());
    return run.asked().selects(suite)
        ? ConditionEvaluationResult.enabled("profile " + settings.name())
        : ConditionEvaluationResult.disabled("suite " + suite + " is not in coral.suites");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ProfileSettings.class
        || (parameter.isAnnotated(Fresh.class) && parameter.getTarget().isPresent())
        || ((type == Blackhole.class || type == Metrics.class)
            && Benchmark.declaration(context).isPresent());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.isAnnotated(Fresh.class)) {
      return fresh(parameter);
    }
    Class<?> type = parameter.getParameter().getType();
    if (type == ProfileSettings.class) {
      return CodeSide.of(context)
          .map(CodeSide::settings)
          .orElseGet(() -> Run.of(context).settings());
    }
    return type == Blackhole.class ? new Blackhole() : recorder(context);
  }

  private static Object fresh(ParameterContext parameter) {
    FreshFixture fixture =
        FreshFixture.of(
            parameter.getParameter(), parameter.getIndex(), parameter.getTarget().orElseThrow());
    try {
      return fixture.make();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new BenchmarkException(
          "The fixture method " + fixture.factory().getName() + "() failed: " + e, e);
    }
  }

  private static MetricsRecorder recorder(ExtensionContext context) {
    CoralBenchmark declaration = Benchmark.declaration(context).orElseThrow();
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            MetricsRecorder.class,
            key -> new MetricsRecorder(declaration.bytesPerOp(), declaration.itemsPerOp()),
            MetricsRecorder.class);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    if (Benchmark.declaration(context).isEmpty()) {
      invocation.proceed();
      return;
    }
    List<Object> arguments = invocationContext.getArguments();
    Object receiver = invocationContext.getTarget().orElseThrow();
    Optional<CodeSide> side = CodeSide.of(context);
    if (side.isPresent()) {
      invocation.skip();
      side.get().handOver(invocationContext.getExecutable(), receiver, arguments);
      return;
    }
    Run run = Run.of(context);
    Benchmark benchmark = run.unique(Benchmark.of(context, arguments));
    context.getStore(NAMESPACE).put(Benchmark.class, benchmark);
    Findings findings = new Findings(benchmark, stage -> run.entered(benchmark, stage));
    Measurement measurement =
        new Measurement(
            run,
            benchmark,
            findings,
            recorder(context),
            context.getUniqueId(),
            receiver,
            arguments,
            invocation);
    try {
      Declared.check(benchmark);
      measurement.perform();
      if (run.isCancelled()) {
        throw new TestAbortedException("The run was cancelled.");
      }
      check(run, context.getRequiredTestMethod(), findings);
    } catch (Throwable failure) {
      boolean aborted = failure instanceof TestAbortedException || run.isCancelled();
      finish(run, context, findings.result(aborted ? Status.ABORTED : Status.FAILED, failure));
      throw failure;
    }
    finish(run, context, findings.result(Status.PASSED, null));
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    onTheBudget(invocation, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    onTheBudget(invocation, context);
  }

  /** Set-up and tear-down are not measured, but whoever waits for the run waits for them too. */
  private static void onTheBudget(Invocation<Void> invocation, ExtensionContext context)
      throws Throwable {
    if (Benchmark.declaration(context).isEmpty() || CodeSide.of(context).isPresent()) {
      invocation.proceed();
      return;
    }
    Run run = Run.of(context);
    long began = System.nanoTime();
    try {
      invocation.proceed();
    } finally {
      if (!run.isFork()) { // whoever started the fork has taken its set-up off
        run.budget().spend(Duration.ofNanos(System.nanoTime() - began));
      }
    }
  }

  /** Throws what the gates object to; a warning of theirs is among the findings. */
  private static void check(Run run, Method method, Findings findings) {
    ExactGates.kind(method).ifPresent(kind -> findings.setting("gate", kind));
    BenchmarkResult measured = findings.result(Status.PASSED, null);
    ExactGates.Outcome outcome =
        ExactGates.check(
            method, measured, run.results(), run.settings().profile(), run.asked().strictGates());
    outcome.warnings().forEach(findings::warn);
    if (outcome.error().isPresent()) {
      throw outcome.error().get();
    }
    if (run.asked().strict() && !run.isFork()) {
      Strictness.check(findings.result(Status.PASSED, null));
    }
  }

  private static void finish(Run run, ExtensionContext context, BenchmarkResult result) {
    run.finished(result);
    if (run.settings().measured() && !run.isFork()) {
      try {
        ReportEntries.publish(context, result);
      } catch (RuntimeException e) {
        // What JUnit cannot keep must not stand before what the benchmark itself has to say.
        run.problem("JUnit could not publish the numbers of " + result.displayName() + ": " + e);
      }
    }
  }

  /** A set-up or tear-down that fails makes a benchmark fail, whatever was measured. */
  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    if (Benchmark.declaration(context).isEmpty() || CodeSide.of(context).isPresent()) {
      return;
    }
    Run run = Run.of(context);
    Benchmark benchmark = context.getStore(NAMESPACE).get(Benchmark.class, Benchmark.class);
    if (benchmark == null) {
      run.finished(
          new Findings(run.unique(Benchmark.of(context, List.of()))).result(Status.FAILED, cause));
      return;
    }
    BenchmarkResult result = run.result(benchmark.id());
    if (result != null && result.status() == Status.PASSED) {
      run.failedAfterwards(Findings.failed(result, cause));
    }
  }
}

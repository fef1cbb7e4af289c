package io.coralml.junit.engine;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Knows which benchmarks are about to run, so that the budget can be shared out before the first.
 */
final class Plan implements TestExecutionListener {
  private final AtomicReference<List<Method>> benchmarks = new AtomicReference<>(List.of());

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    benchmarks.set(
        plan.getRoots().stream()
            .flatMap(root -> plan.getDescendants(root).stream())
            .map(TestIdentifier::getSource)
            .flatMap(Optional::stream)
            .filter(MethodSource.class::isInstance)
            .map(source -> ((MethodSource) source).getJavaMethod())
            .filter(method -> AnnotationSupport.isAnnotated(method, CoralBenchmark.class))
            .toList());
  }

  /** Estimates how many parts of the budget a run needs, arguments multiplied out. */
  int expected(BenchmarkProfile profile, RunOptions asked) {
    return benchmarks.get().stream()
        .filter(method -> profile.includes(required(method, method.getDeclaringClass())))
        .filter(method -> asked.selects(suite(method)))
        .mapToInt(method -> ArgumentSets.count(method) * parts(method))
        .sum();
  }

  /** Estimates how many of them can take turns with older code. */
  int comparable(BenchmarkProfile profile, RunOptions asked) {
    return benchmarks.get().stream()
        .filter(method -> profile.includes(required(method, method.getDeclaringClass())))
        .filter(method -> asked.selects(suite(method)))
        .filter(
            method ->
                AnnotationSupport.findAnnotation(method, CoralBenchmark.class)
                    .filter(benchmark -> Gates.compare(benchmark.mode()))
                    .isPresent())
        .mapToInt(ArgumentSets::count)
        .sum();
  }

  /** What takes turns with a baseline is measured, and then compared for as long again. */
  static int parts(Method method) {
    return method.isAnnotationPresent(Baseline.class) ? 2 : 1;
  }

  /** Returns the suites of all benchmarks that JUnit found, whether they take part or not. */
  SortedSet<String> suites() {
    return benchmarks.get().stream()
        .map(Plan::suite)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String suite(Method method) {
    CoralBenchmark declaration =
        AnnotationSupport.findAnnotation(method, CoralBenchmark.class).orElseThrow();
    return Benchmark.suite(declaration, method.getDeclaringClass());
  }

  static BenchmarkProfile required(Method method, Class<?> testClass) {
    return AnnotationSupport.findAnnotation(method, Profile.class)
        .or(() -> enclosing(testClass))
        .map(Profile::value)
        .orElse(BenchmarkProfile.STANDARD);
  }

  private static Optional<Profile> enclosing(Class<?> testClass) {
    Optional<Profile> found = Optional.empty();
    for (Class<?> c = testClass; c != null && found.isEmpty(); c = c.getEnclosingClass()) {
      found = AnnotationSupport.findAnnotation(c, Profile.class);
    }
    return found;
  }
}

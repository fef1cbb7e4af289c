package io.coralml.junit.engine;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectIteration;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.baseline.CodeLoader;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * One benchmark in one loading of its code: JUnit runs it, with set-up, fixtures and arguments, on
 * a thread of its own and in a class loader of its own, up to the point where its body would be
 * called. There it hands the body over and waits until it is closed; then JUnit tears it down.
 */
final class CodeSide implements AutoCloseable {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(Run.NAME);

  private final CodeLoader loader;
  private final Control control;
  private final ProfileSettings settings;
  private final CompletableFuture<Body> body = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private CodeSide(
      CodeLoader loader,
      LauncherDiscoveryRequest request,
      ProfileSettings settings,
      Control control) {
    this.loader = loader;
    this.settings = settings;
    this.control = control;
    this.thread = new Thread(() -> execute(request), "coral-baseline");
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
  }

  /**
   * Starts the benchmark in a loading of its code and waits for its body.
   *
   * @param benchmark as this JVM knows it
   * @param iteration which of its arguments, from 0
   * @param settings what its fixtures may ask for
   * @throws Throwable what loading it or its set-up threw
   */
  static CodeSide open(
      CodeLoader loader,
      Benchmark benchmark,
      int iteration,
      ProfileSettings settings,
      Control control)
      throws Throwable {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectIteration(method(loader, benchmark), iteration))
            .filters(includeEngines("junit-jupiter"))
            // What registers itself belongs to the run that is reported, not to this one.
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
            .build();
    CodeSide side = new CodeSide(loader, request, settings, control);
    side.thread.start();
    try {
      side.body.get();
      return side;
    } catch (ExecutionException e) {
      side.close();
      throw e.getCause();
    } catch (InterruptedException e) {
      side.close();
      throw e;
    }
  }

  private static org.junit.platform.engine.DiscoverySelector method(
      CodeLoader loader, Benchmark benchmark) throws ClassNotFoundException {
    Class<?> type = Class.forName(benchmark.testClass().getName(), false, loader);
    List<String> wanted = names(benchmark.method());
    Method found =
        ReflectionSupport.findMethods(
                type,
                method ->
                    method.getName().equals(benchmark.method().getName())
                        && names(method).equals(wanted),
                HierarchyTraversalMode.BOTTOM_UP)
            .stream()
            .findFirst()
            .orElseThrow(
                () -> new NoSuchMethodError(benchmark.name() + " with parameters " + wanted));
    List<Class<?>> enclosing = new ArrayList<>();
    Class<?> inner = type;
    while (inner.getEnclosingClass() != null && !Modifier.isStatic(inner.getModifiers())) {
      inner = inner.getEnclosingClass();
      enclosing.add(0, inner);
    }
    DiscoverySelector selector =
        enclosing.isEmpty()
            ? selectMethod(type, found)
            : selectNestedMethod(enclosing, type, found);
    return selector;
  }

  private static List<String> names(Method method) {
    return Arrays.stream(method.getParameterTypes()).map(Class::getName).toList();
  }

  private void execute(LauncherDiscoveryRequest request) {
    LauncherConfig config =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();
    Failures failures = new Failures();
    try (LauncherSession session = LauncherFactory.openSession(config)) {
      session.getStore().put(Namespace.create(Run.NAME), Place.class, new Place(this));
      session.getLauncher().execute(request, failures);
    } catch (RuntimeException | Error e) {
      body.completeExceptionally(e);
    }
    body.completeExceptionally(
        failures.first != null
            ? failures.first
            : new BenchmarkException("JUnit ran no such benchmark there: " + failures.skipped));
  }

  /** Returns the side that a test belongs to; empty when it is an ordinary one. */
  static Optional<CodeSide> of(ExtensionContext context) {
    return Optional.ofNullable(
            context
                .getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .get(Place.class, Place.class))
        .map(Place::side);
  }

  ProfileSettings settings() {
    return settings;
  }

  /** Called where JUnit would call the body: hands it over, and waits for the end of its turns. */
  void handOver(Method method, Object receiver, List<Object> arguments)
      throws ReflectiveOperationException, InterruptedException {
    body.complete(Body.of(method, receiver, arguments, control));
    closed.await();
  }

  /** Returns the body, ready to be called on any one thread at a time. */
  Body body() {
    return body.join();
  }

  /** Lets JUnit tear the benchmark down, and forgets its code. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the measurement was stopped; its thread ends by itself
    }
    loader.close();
  }

  /** What lies in the store; JUnit closes what can be closed there, and would wait for itself. */
  private record Place(CodeSide side) {}

  /** Keeps what went wrong before there was a body. */
  private static final class Failures implements TestExecutionListener {
    private volatile @org.jspecify.annotations.Nullable Throwable first;
    private volatile String skipped = "it was not found";

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (first == null) {
        result.getThrowable().ifPresent(thrown -> first = thrown);
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      skipped = reason;
    }
  }
}

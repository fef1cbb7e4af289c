package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.MethodSelector;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.engine.support.discovery.EngineDiscoveryRequestResolver;
import org.junit.platform.engine.support.discovery.SelectorResolver;

/**
 * A test engine that consists of failures: one test for each benchmark that Jupiter would not run,
 * so that a build with such a method is red. Finds nothing in classes without a mistake. Registered
 * by the service loader.
 */
public final class MisuseEngine implements TestEngine {
  static final String ID = "coral-misuse";
  private static final EngineDiscoveryRequestResolver<EngineDescriptor> RESOLVER =
      EngineDiscoveryRequestResolver.<EngineDescriptor>builder()
          .addClassContainerSelectorResolver(MisuseEngine::mayHoldTests)
          .addSelectorResolver(context -> new MisuseResolver())
          .build();

  /** For the service loader, which creates it. */
  public MisuseEngine() {}

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId uniqueId) {
    EngineDescriptor root = new EngineDescriptor(uniqueId, "Coral benchmarks that cannot run");
    RESOLVER.resolve(request, root);
    return root;
  }

  @Override
  public void execute(ExecutionRequest request) {
    EngineExecutionListener listener = request.getEngineExecutionListener();
    TestDescriptor root = request.getRootTestDescriptor();
    listener.executionStarted(root);
    for (TestDescriptor child : root.getChildren()) {
      listener.executionStarted(child);
      listener.executionFinished(
          child,
          TestExecutionResult.failed(
              new BenchmarkException(((MisuseDescriptor) child).misuse.message())));
    }
    listener.executionFinished(root, TestExecutionResult.successful());
  }

  private static boolean mayHoldTests(Class<?> type) {
    return !type.isInterface()
        && !Modifier.isAbstract(type.getModifiers())
        && !Modifier.isPrivate(type.getModifiers());
  }

  private static final class MisuseResolver implements SelectorResolver {
    @Override
    public Resolution resolve(ClassSelector selector, Context context) {
      Set<Match> matches = new LinkedHashSet<>();
      Class<?> type = selector.getJavaClass();
      if (mayHoldTests(type)) {
        for (Misuse misuse : Misuse.in(type)) {
          add(type, misuse, context).map(Match::exact).ifPresent(matches::add);
        }
      }
      return matches.isEmpty() ? Resolution.unresolved() : Resolution.matches(matches);
    }

    @Override
    public Resolution resolve(MethodSelector selector, Context context) {
      return Misuse.of(selector.getJavaMethod())
          .filter(misuse -> misuse.isBenchmark())
          .flatMap(misuse -> add(selector.getJavaClass(), misuse, context))
          .map(descriptor -> Resolution.match(Match.exact(descriptor)))
          .orElse(Resolution.unresolved());
    }

    private static Optional<TestDescriptor> add(Class<?> type, Misuse misuse, Context context) {
      return context.addToParent(
          parent ->
              Optional.of(
                  new MisuseDescriptor(
                      parent
                          .getUniqueId()
                          .append("class", type.getName())
                          .append("method", misuse.method().getName()),
                      type,
                      misuse)));
    }
  }

  private static final class MisuseDescriptor extends AbstractTestDescriptor {
    private final Class<?> type;
    private final Misuse misuse;

    MisuseDescriptor(UniqueId uniqueId, Class<?> type, Misuse misuse) {
      super(uniqueId, misuse.method().getName() + "()", MethodSource.from(type, misuse.method()));
      this.type = type;
      this.misuse = misuse;
    }

    @Override
    public Type getType() {
      return Type.TEST;
    }

    /** The tags the benchmark would have had, so that a filter by tag does not hide the mistake. */
    @Override
    public Set<TestTag> getTags() {
      Set<TestTag> tags = new LinkedHashSet<>();
      AnnotationSupport.findRepeatableAnnotations(misuse.method(), Tag.class)
          .forEach(tag -> tags.add(TestTag.create(tag.value())));
      AnnotationSupport.findRepeatableAnnotations(type, Tag.class)
          .forEach(tag -> tags.add(TestTag.create(tag.value())));
      return tags;
    }
  }
}

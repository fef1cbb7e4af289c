package io.coralml.junit.engine;

import io.coralml.junit.CoralBenchmark;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Finds benchmarks that Jupiter would pass over, or run twice, in silence or with no more than a
 * warning.
 *
 * @param method the method
 * @param message what is wrong and what to do
 */
record Misuse(Method method, String message) {

  /** Returns the misuses among the methods that a class declares or inherits. */
  static List<Misuse> in(Class<?> type) {
    return AnnotationSupport.findAnnotatedMethods(
            type, CoralBenchmark.class, HierarchyTraversalMode.TOP_DOWN)
        .stream()
        .flatMap(method -> of(method).stream())
        .toList();
  }

  static Optional<Misuse> of(Method method) {
    return remedy(method)
        .map(
            remedy ->
                new Misuse(method, "@CoralBenchmark method [" + signature(method) + "] " + remedy));
  }

  boolean isBenchmark() {
    return AnnotationSupport.isAnnotated(method, CoralBenchmark.class);
  }

  private static Optional<String> remedy(Method method) {
    if (AnnotationSupport.isAnnotated(method, TestFactory.class)) {
      return Optional.of(
          "must not be a @TestFactory: dynamic tests cannot be measured. Give it an argument source"
              + " instead, such as @MethodSource.");
    }
    for (Class<? extends Annotation> other : List.of(Test.class, RepeatedTest.class)) {
      if (AnnotationSupport.isAnnotated(method, other)) {
        String name = "@" + other.getSimpleName();
        return Optional.of(
            "must not be a " + name + " too: it would run as both. Remove " + name + ".");
      }
    }
    if (method.getReturnType() != void.class) {
      return Optional.of(
          "must return void: Jupiter would skip it silently. Consume the result with Blackhole.");
    }
    if (Modifier.isStatic(method.getModifiers())) {
      return Optional.of("must not be static: Jupiter would skip it silently. Remove static.");
    }
    if (Modifier.isPrivate(method.getModifiers())) {
      return Optional.of("must not be private: Jupiter would skip it silently. Remove private.");
    }
    return Optional.empty();
  }

  private static String signature(Method method) {
    return method.getReturnType().getSimpleName()
        + " "
        + method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }
}

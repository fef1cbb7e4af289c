package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The argument source behind every benchmark: gives one empty set of arguments to a method that has
 * no source of its own, and nothing to the others.
 */
public final class NoArguments implements ArgumentsProvider {
  /** For Jupiter, which creates it. */
  public NoArguments() {}

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    Method method = context.getRequiredTestMethod();
    if (Benchmark.hasOwnSource(method)) {
      return Stream.empty();
    }
    for (Parameter parameter : method.getParameters()) {
      if (!Benchmark.isInjected(parameter) && isPlain(parameter.getType())) {
        throw new BenchmarkException(
            "@CoralBenchmark method ["
                + method.getDeclaringClass().getSimpleName()
                + "."
                + method.getName()
                + "] has the parameter ["
                + parameter.getType().getSimpleName()
                + " "
                + parameter.getName()
                + "] and no argument source; add one, such as @ValueSource, or remove the"
                + " parameter.");
      }
    }
    return Stream.of(Arguments.of());
  }

  /** Values that no resolver makes up; other types may come from an extension of the project. */
  private static boolean isPlain(Class<?> type) {
    return type.isPrimitive()
        || type.isEnum()
        || type.isArray()
        || type == String.class
        || Number.class.isAssignableFrom(type);
  }
}

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
      checkOrder(method);
      return Stream.empty();
    }
    for (Parameter parameter : method.getParameters()) {
      if (!Benchmark.isInjected(parameter) && isPlain(parameter.getType())) {
        throw new BenchmarkException(
            said(method)
                + " has the parameter "
                + said(parameter)
                + " and no argument source; add one, such as @ValueSource, or remove the"
                + " parameter.");
      }
    }
    return Stream.of(Arguments.of());
  }

  /** Jupiter counts arguments from the first parameter on, so what is injected stands behind. */
  private static void checkOrder(Method method) {
    Parameter[] parameters = method.getParameters();
    for (int i = 1; i < parameters.length; i++) {
      Parameter before = parameters[i - 1];
      if (Benchmark.isInjected(before) && isPlain(parameters[i].getType())) {
        throw new BenchmarkException(
            said(method)
                + " has the argument "
                + said(parameters[i])
                + " behind "
                + said(before)
                + ", which is injected; put arguments first.");
      }
    }
  }

  private static String said(Method method) {
    return "@CoralBenchmark method ["
        + method.getDeclaringClass().getSimpleName()
        + "."
        + method.getName()
        + "]";
  }

  private static String said(Parameter parameter) {
    return "[" + parameter.getType().getSimpleName() + " " + parameter.getName() + "]";
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

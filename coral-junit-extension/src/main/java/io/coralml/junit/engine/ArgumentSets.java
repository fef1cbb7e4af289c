package io.coralml.junit.engine;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Counts with how many sets of arguments a benchmark will run, before JUnit asks its sources. An
 * estimate that only shares out time: a source that cannot be counted counts as {@value #UNKNOWN}.
 */
final class ArgumentSets {
  /** What is assumed of a source that tells it only when it runs. */
  static final int UNKNOWN = 3;

  /** Nobody waits for more than this; a source without end is one that JUnit refuses later. */
  private static final int MOST = 10_000;

  private ArgumentSets() {}

  /** Returns the number for a method, 1 where it takes no arguments. */
  static int count(Method method) {
    if (!Benchmark.hasOwnSource(method)) {
      return 1;
    }
    Optional<ValueSource> values = AnnotationSupport.findAnnotation(method, ValueSource.class);
    if (values.isPresent()) {
      return count(values.get());
    }
    Optional<CsvSource> csv = AnnotationSupport.findAnnotation(method, CsvSource.class);
    if (csv.isPresent() && csv.get().value().length > 0) {
      return csv.get().value().length;
    }
    Optional<EnumSource> constants = AnnotationSupport.findAnnotation(method, EnumSource.class);
    if (constants.isPresent()) {
      return count(method, constants.get());
    }
    return AnnotationSupport.findAnnotation(method, MethodSource.class)
        .map(source -> count(method, source))
        .orElse(UNKNOWN);
  }

  private static int count(ValueSource source) {
    return source.bytes().length
        + source.shorts().length
        + source.ints().length
        + source.longs().length
        + source.floats().length
        + source.doubles().length
        + source.chars().length
        + source.booleans().length
        + source.strings().length
        + source.classes().length;
  }

  private static int count(Method method, EnumSource source) {
    int named = source.names().length;
    if (source.mode() == EnumSource.Mode.INCLUDE && named > 0) {
      return named;
    }
    Class<?> type = method.getParameterTypes()[0];
    if (!type.isEnum()) {
      return UNKNOWN;
    }
    int all = type.getEnumConstants().length;
    return source.mode() == EnumSource.Mode.EXCLUDE ? Math.max(1, all - named) : all;
  }

  private static int count(Method method, MethodSource source) {
    String[] names = source.value().length == 0 ? new String[] {""} : source.value();
    int sum = 0;
    for (String name : names) {
      OptionalInt one = factory(method, name.isEmpty() ? method.getName() : name);
      if (one.isEmpty()) {
        return UNKNOWN;
      }
      sum += one.getAsInt();
    }
    return sum;
  }

  /** Asks a static factory of the class itself; what it throws, it will throw again for JUnit. */
  private static OptionalInt factory(Method method, String name) {
    Optional<Method> factory =
        ReflectionSupport.findMethod(method.getDeclaringClass(), name, new Class<?>[0])
            .filter(found -> Modifier.isStatic(found.getModifiers()));
    if (factory.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return size(ReflectionSupport.invokeMethod(factory.get(), null));
    } catch (Exception | LinkageError e) {
      return OptionalInt.empty();
    }
  }

  private static OptionalInt size(@Nullable Object provided) {
    if (provided instanceof Collection<?> collection) {
      return OptionalInt.of(collection.size());
    }
    if (provided instanceof Object[] array) {
      return OptionalInt.of(array.length);
    }
    if (provided instanceof Stream<?> stream) {
      try (stream) {
        return OptionalInt.of((int) stream.limit(MOST).count());
      }
    }
    if (provided instanceof BaseStream<?, ?> numbers) {
      numbers.close();
    }
    return OptionalInt.empty();
  }
}

package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Fresh;
import io.coralml.junit.Metrics;
import io.coralml.junit.ProfileSettings;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Who a benchmark is: one method of one class with one set of arguments.
 *
 * @param declaration its annotation
 * @param testClass the class that was run, which may inherit the method
 * @param method the method
 * @param suite the suite it belongs to
 * @param parameters the arguments by parameter name, as text
 * @param tags its JUnit tags and its suite
 */
record Benchmark(
    CoralBenchmark declaration,
    Class<?> testClass,
    Method method,
    String suite,
    SortedMap<String, String> parameters,
    Set<String> tags) {
  private static final Set<Class<?>> INJECTED =
      Set.of(
          Blackhole.class,
          Metrics.class,
          ProfileSettings.class,
          TestInfo.class,
          TestReporter.class);
  private static final Pattern IDENTITY_HASH = Pattern.compile("@[0-9a-f]{1,16}$");
  private static final Pattern INVOCATION =
      Pattern.compile("\\[test-template-invocation:(#\\d+)]$");
  private static final int LONGEST_VALUE = 80;
  private static final int LONGEST_FILE_NAME = 150;

  static Optional<CoralBenchmark> declaration(ExtensionContext context) {
    return context
        .getTestMethod()
        .flatMap(method -> AnnotationSupport.findAnnotation(method, CoralBenchmark.class));
  }

  /** Describes the invocation that is about to run. */
  static Benchmark of(ExtensionContext context, List<Object> arguments) {
    CoralBenchmark declaration = declaration(context).orElseThrow();
    Class<?> testClass = context.getRequiredTestClass();
    Method method = context.getRequiredTestMethod();
    String suite = suite(declaration, testClass);
    Set<String> tags = new TreeSet<>(context.getTags());
    tags.add(suite);
    return new Benchmark(
        declaration,
        testClass,
        method,
        suite,
        parameters(method, arguments, place(context.getUniqueId())),
        Collections.unmodifiableSet(tags));
  }

  static String suite(CoralBenchmark declaration, Class<?> testClass) {
    if (!declaration.suite().isEmpty()) {
      return declaration.suite();
    }
    for (Class<?> c = testClass; c != null; c = c.getEnclosingClass()) {
      List<Tag> tags = AnnotationSupport.findRepeatableAnnotations(c, Tag.class);
      if (tags.size() == 1) {
        return tags.get(0).value();
      }
    }
    String name = testClass.getSimpleName().replaceFirst("(Benchmarks?|Tests?)$", "");
    return (name.isEmpty() ? testClass.getSimpleName() : name).toLowerCase(Locale.ROOT);
  }

  private static SortedMap<String, String> parameters(
      Method method, List<Object> arguments, String place) {
    SortedMap<String, String> parameters = new TreeMap<>();
    if (!hasOwnSource(method)) {
      return parameters;
    }
    Parameter[] declared = method.getParameters();
    for (int i = 0; i < declared.length && i < arguments.size(); i++) {
      if (!isInjected(declared[i])) {
        parameters.put(declared[i].getName(), text(arguments.get(i), place));
      }
    }
    return parameters;
  }

  static boolean hasOwnSource(Method method) {
    return AnnotationSupport.findRepeatableAnnotations(method, ArgumentsSource.class).size() > 1;
  }

  static boolean isInjected(Parameter parameter) {
    if (INJECTED.contains(parameter.getType())) {
      return true;
    }
    for (Annotation annotation : parameter.getAnnotations()) {
      if (annotation instanceof TempDir || annotation instanceof Fresh) {
        return true;
      }
    }
    return false;
  }

  /** Returns the place of the arguments in the order of their source: {@code #1} and so on. */
  private static String place(String uniqueId) {
    Matcher matcher = INVOCATION.matcher(uniqueId);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Returns the place of the arguments in the order of their source, from 0. */
  static int iteration(String uniqueId) {
    String place = place(uniqueId);
    return place.isEmpty() ? 0 : Integer.parseInt(place.substring(1)) - 1;
  }

  private static String text(@Nullable Object argument, String place) {
    if (argument == null) {
      return "null";
    }
    if (argument.getClass().isArray()) {
      return argument.getClass().getComponentType().getSimpleName()
          + "["
          + Array.getLength(argument)
          + "]";
    }
    if (argument instanceof Class<?> type) {
      return type.getSimpleName();
    }
    String text = argument instanceof Enum<?> constant ? constant.name() : argument.toString();
    if (IDENTITY_HASH.matcher(text).find()) {
      // It has no text of its own, but it has a place in the order of its source.
      return argument.getClass().getSimpleName().replaceFirst("\\$\\$.*", "") + place;
    }
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE - 1) + "…";
  }

  /** Returns what names it in every run: class, method and arguments. */
  String id() {
    return testClass.getName() + "." + method.getName() + arguments();
  }

  /** Returns the same benchmark with a number among its parameters, to tell it from its like. */
  Benchmark numbered(int number) {
    SortedMap<String, String> numbered = new TreeMap<>(parameters);
    numbered.put("#", Integer.toString(number));
    return new Benchmark(declaration, testClass, method, suite, numbered, tags);
  }

  /** Returns its name without arguments. */
  String name() {
    return simpleClassName(testClass) + "." + method.getName();
  }

  private static String simpleClassName(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer == null
        ? type.getSimpleName()
        : simpleClassName(outer) + "." + type.getSimpleName();
  }

  /** Returns its name for a person. */
  String displayName() {
    return name() + arguments();
  }

  /** Returns a name for files that belong to it. */
  String fileName() {
    String name = displayName().replaceAll("[^A-Za-z0-9._=-]", "_");
    return name.length() <= LONGEST_FILE_NAME
        ? name
        : name.substring(0, LONGEST_FILE_NAME - 9)
            + "-"
            + Integer.toHexString(displayName().hashCode());
  }

  private String arguments() {
    return parameters.isEmpty()
        ? ""
        : parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(",", "[", "]"));
  }
}

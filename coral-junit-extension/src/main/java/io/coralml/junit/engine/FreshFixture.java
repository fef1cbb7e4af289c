package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Fresh;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What makes one argument anew before every call.
 *
 * @param position the place of the argument among the parameters
 * @param factory the method that makes it
 * @param receiver the test instance
 */
record FreshFixture(int position, Method factory, Object receiver) {

  /**
   * Finds the method that a parameter names.
   *
   * @throws BenchmarkException if there is none, or it does not fit the parameter
   */
  static FreshFixture of(Parameter parameter, int position, Object receiver) {
    String name = parameter.getAnnotation(Fresh.class).value();
    Method factory =
        ReflectionSupport.findMethods(
                receiver.getClass(),
                method -> method.getName().equals(name) && method.getParameterCount() == 0,
                HierarchyTraversalMode.BOTTOM_UP)
            .stream()
            .findFirst()
            .orElseThrow(() -> unfit(parameter, name, receiver, "does not exist"));
    if (!parameter.getType().isAssignableFrom(factory.getReturnType())) {
      throw unfit(parameter, name, receiver, "returns " + factory.getReturnType().getSimpleName());
    }
    factory.setAccessible(true);
    return new FreshFixture(position, factory, receiver);
  }

  private static BenchmarkException unfit(
      Parameter parameter, String name, Object receiver, String why) {
    return new BenchmarkException(
        "@Fresh(\""
            + name
            + "\") on parameter "
            + parameter.getName()
            + " of "
            + parameter.getDeclaringExecutable().getName()
            + ": the method "
            + receiver.getClass().getSimpleName()
            + "."
            + name
            + "() "
            + why
            + "; it must take no parameters and return "
            + parameter.getType().getSimpleName()
            + ".");
  }

  /** Makes the argument of the next call. */
  Object make() throws Throwable {
    try {
      return factory.invoke(receiver);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  /** Closes what can be closed. */
  static void close(@Nullable Object fixture) throws Exception {
    if (fixture instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }
}

package io.coralml.junit.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Times the first call of a body in a fresh JVM. A method handle would spin its adapters during
 * that call, several milliseconds that are not the body's; reflection has them ready once any
 * method has been called by it.
 */
final class Cold {
  private Cold() {}

  /** Returns how long the first call took, in ns. */
  static long call(Body body) throws Throwable {
    Method method = body.method();
    Object receiver = body.receiver();
    Object[] arguments = body.arguments();
    Method other = Object.class.getMethod("hashCode");
    other.invoke(receiver);
    try {
      long start = System.nanoTime();
      method.invoke(receiver, arguments);
      return System.nanoTime() - start;
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}

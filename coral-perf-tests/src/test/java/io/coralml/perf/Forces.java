package io.coralml.perf;

import io.coralml.io.Storage;
import io.coralml.io.WritableFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what a repository asks the file system to force: files and directories, and how often
 * somebody waits for that, which is once where several are forced together. Thread-safe.
 */
final class Forces {
  private final AtomicLong waits = new AtomicLong();
  private final AtomicLong forced = new AtomicLong();

  /** Returns how often somebody waited. */
  long waits() {
    return waits.get();
  }

  /** Returns how many files and directories were forced. */
  long forced() {
    return forced.get();
  }

  /** Returns a storage that is counted and otherwise the same. */
  Storage counted(Storage storage) {
    return proxy(Storage.class, (proxy, method, arguments) -> call(storage, method, arguments));
  }

  private Object call(Storage storage, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "forceAll" -> {
        waits.incrementAndGet();
        forced.addAndGet(((Collection<?>) arguments[1]).size());
      }
      case "forceDirectory", "writeTemporary" -> {
        waits.incrementAndGet();
        forced.incrementAndGet();
      }
      case "write", "writeIfAbsent" -> {
        waits.addAndGet(2);
        forced.addAndGet(2);
      }
      default -> {
        // Forces nothing.
      }
    }
    Object result = invoke(storage, method, arguments);
    return result instanceof WritableFile file ? counted(file) : result;
  }

  /** Every file counts itself, whoever forces it. */
  private WritableFile counted(WritableFile file) {
    return proxy(
        WritableFile.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("force")) {
            forced.incrementAndGet();
          }
          return invoke(file, method, arguments);
        });
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}

package io.coralml;

import org.slf4j.LoggerFactory;

/**
 * What a class of the library tells the logger of its name. The logging framework is looked for
 * when there is something to tell, not when the class is loaded: to find it takes a tenth of the
 * time in which the command line starts and prints a log. Thread-safe.
 *
 * <p>Messages and arguments are those of slf4j.
 */
public final class Log {
  private final Class<?> name;

  private Log(Class<?> name) {
    this.name = name;
  }

  /** Returns the log of a class. */
  public static Log of(Class<?> name) {
    return new Log(name);
  }

  /** Tells every step. */
  public void trace(String message, Object... arguments) {
    LoggerFactory.getLogger(name).trace(message, arguments);
  }

  /** Tells what helps to understand the library. */
  public void debug(String message, Object... arguments) {
    LoggerFactory.getLogger(name).debug(message, arguments);
  }

  /** Tells what was done. */
  public void info(String message, Object... arguments) {
    LoggerFactory.getLogger(name).info(message, arguments);
  }

  /** Tells what somebody should look at, although the library goes on. */
  public void warn(String message, Object... arguments) {
    LoggerFactory.getLogger(name).warn(message, arguments);
  }
}

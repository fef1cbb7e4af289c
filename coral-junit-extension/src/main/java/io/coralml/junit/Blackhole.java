package io.coralml.junit;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Swallows a value so that the compiler cannot remove the work that made it. Ask for one as a
 * parameter of a benchmark:
 *
 * <pre>{@code
 * @CoralBenchmark(suite = "maths")
 * void logarithm(Blackhole hole) {
 *   hole.consume(Math.log(x));
 * }
 * }</pre>
 *
 * <p>There are two ways to swallow. When the JVM was started with {@value #FLAGS}, C2 keeps the
 * argument alive and emits no instruction for the call. Otherwise the value escapes for real, into
 * a field, at the cost of a store. Results say which way was in force.
 *
 * <p>Thread-safe: whatever threads write here is never read.
 */
public final class Blackhole {
  /** The options that make the compiler treat a black hole as one. */
  public static final String FLAGS =
      "-XX:+UnlockDiagnosticVMOptions -XX:+UnlockExperimentalVMOptions -XX:CompileCommand=quiet"
          + " -XX:CompileCommand=blackhole,io.coralml.junit.Blackhole::swallow";

  private static final boolean COMPILER = compilerWasTold();

  /*
   * Hazard: C2 deletes a computation nobody uses, and an allocation that does not escape.
   * Assumption: a store into a field of an object that other threads can reach cannot be removed
   * across the volatile read that ends every turn of the measuring loop, and what is stored there
   * has escaped. Defence: plain stores, because a volatile one would put a fence (5 to 20 ns) into
   * the timed region. The engine publishes the black hole itself before it measures.
   */
  @SuppressWarnings("UnusedVariable") // written only: that is what it is for
  private @Nullable Object lastObject;

  @SuppressWarnings("UnusedVariable") // written only: that is what it is for
  private long lastLong;

  @SuppressWarnings("UnusedVariable") // written only: that is what it is for
  private double lastDouble;

  /** For the engine; a benchmark receives its black hole as a parameter. */
  public Blackhole() {}

  /** Tells whether the JVM was started with {@value #FLAGS}. */
  public static boolean isCompilerBlackhole() {
    return COMPILER;
  }

  /** The command alone is not enough: without the unlocking options HotSpot ignores it. */
  private static boolean compilerWasTold() {
    List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return arguments.contains("-XX:+UnlockDiagnosticVMOptions")
        && arguments.contains("-XX:+UnlockExperimentalVMOptions")
        && arguments.stream()
            .filter(argument -> argument.startsWith("-XX:CompileCommand=blackhole,"))
            .anyMatch(argument -> argument.contains("Blackhole") && argument.contains("swallow"));
  }

  // HotSpot accepts as black holes only methods that are static, void and empty.

  private static void swallow(boolean unused) {}

  private static void swallow(byte unused) {}

  private static void swallow(short unused) {}

  private static void swallow(char unused) {}

  private static void swallow(int unused) {}

  private static void swallow(long unused) {}

  private static void swallow(float unused) {}

  private static void swallow(double unused) {}

  private static void swallow(@Nullable Object unused) {}

  /** Keeps a value alive. */
  public void consume(boolean value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastLong = value ? 1 : 0;
    }
  }

  /** Keeps a value alive. */
  public void consume(byte value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastLong = value;
    }
  }

  /** Keeps a value alive. */
  public void consume(short value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastLong = value;
    }
  }

  /** Keeps a value alive. */
  public void consume(char value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastLong = value;
    }
  }

  /** Keeps a value alive. */
  public void consume(int value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastLong = value;
    }
  }

  /** Keeps a value alive. */
  public void consume(long value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastLong = value;
    }
  }

  /** Keeps a value alive. */
  public void consume(float value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastDouble = value;
    }
  }

  /** Keeps a value alive. */
  public void consume(double value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastDouble = value;
    }
  }

  /** Keeps an object alive, and with it its allocation; its contents are not looked at. */
  public void consume(@Nullable Object value) {
    if (COMPILER) {
      swallow(value);
    } else {
      lastObject = value;
    }
  }
}

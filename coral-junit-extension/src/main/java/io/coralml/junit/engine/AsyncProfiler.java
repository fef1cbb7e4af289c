package io.coralml.junit.engine;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * async-profiler, where the project has it on its class path ({@code
 * tools.profiler:async-profiler}): samples without waiting for safepoints, native and kernel frames
 * included, and draws the flame graph itself. Called by reflection, so that nobody has to have it.
 */
record AsyncProfiler(Path folder, Duration time, Object instance) implements Profiler {
  private static final String CLASS = "one.profiler.AsyncProfiler";

  /**
   * Finds it.
   *
   * @throws BenchmarkException if it is not there, or does not run on this system
   */
  static AsyncProfiler onClassPath(Path folder, Duration time) {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> type = Class.forName(CLASS, true, loader);
      return new AsyncProfiler(folder, time, type.getMethod("getInstance").invoke(null));
    } catch (ClassNotFoundException e) {
      throw new BenchmarkException(
          "The option "
              + KEY
              + " is \"async\", but async-profiler is not on the class path; add the test dependency"
              + " tools.profiler:async-profiler, or use jfr.",
          e);
    } catch (InvocationTargetException e) {
      throw unusable(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw unusable(e);
    }
  }

  private static BenchmarkException unusable(Throwable cause) {
    return new BenchmarkException(
        "The option " + KEY + " is \"async\", but async-profiler does not run here: " + cause + ".",
        cause);
  }

  @Override
  public void record(Body body, Benchmark benchmark, Findings findings) throws Throwable {
    Instant start = Instant.now();
    Files.createDirectories(folder);
    Path file = folder.resolve(benchmark.fileName() + ".html");
    execute("start,event=cpu,interval=1ms");
    try {
      SecondPass.run(body, time);
    } finally {
      execute("stop,file=" + file.toAbsolutePath());
    }
    findings.attach(new Attachment("flame graph", "text/html", file));
    findings.stage(
        "profile", start, "async-profiler on a second pass of " + time.toMillis() + " ms");
  }

  private void execute(String command) throws Throwable {
    try {
      instance.getClass().getMethod("execute", String.class).invoke(instance, command);
    } catch (InvocationTargetException e) {
      throw unusable(e.getCause());
    }
  }
}

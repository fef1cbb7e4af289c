package io.coralml.junit;

import io.coralml.junit.engine.BenchmarkExtension;
import io.coralml.junit.engine.NoArguments;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Marks a test that returns numbers.
 *
 * <p>The method is {@code void} and hands its results to a {@link Blackhole}. Its arguments come
 * from Jupiter's own sources ({@code @ValueSource}, {@code @CsvSource}, {@code @EnumSource},
 * {@code @MethodSource}, …), one measurement each; they stand first, and what is injected ({@link
 * Blackhole}, {@link Metrics}, {@link ProfileSettings}) stands behind them. Set-up is JUnit's
 * {@code @BeforeEach} and {@code @BeforeAll} and is never timed.
 *
 * <p>Under a build tool and without a profile the body runs once, as an ordinary test. It is
 * measured when a profile is active ({@code -Dcoral.profile=quick}), and when it is started from an
 * IDE.
 *
 * <p>The method carries the tag {@code benchmark}. A suite is selected by {@code
 * -Dcoral.suites=compression}. An annotation cannot compute another one's value, so for {@code
 * -Dgroups=compression} put {@code @Tag("compression")} on the class: a benchmark that names no
 * suite belongs to the suite its class is tagged with.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ParameterizedTest(name = "{displayName} {argumentSetNameOrArgumentsWithNames}")
@ArgumentsSource(NoArguments.class)
@ExtendWith(BenchmarkExtension.class)
@Tag("benchmark")
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock(value = Resources.GLOBAL, mode = ResourceAccessMode.READ_WRITE)
public @interface CoralBenchmark {
  /**
   * The suite it belongs to. Empty: the one {@code @Tag} of its class; without one, the simple name
   * of the class without {@code Benchmark}, in lower case.
   */
  String suite() default "";

  /** What is measured. */
  Mode mode() default Mode.THROUGHPUT;

  /**
   * How many bytes one operation processes; 0 says nothing about it. Use {@link Metrics#bytesPerOp}
   * when it depends on an argument.
   */
  long bytesPerOp() default 0;

  /** How many items one operation processes; 0 says nothing about it. */
  long itemsPerOp() default 0;

  /** How often the body of a scenario or a cold start runs; 0 leaves it to the profile. */
  int repetitions() default 0;

  /**
   * In {@link Mode#LATENCY}, how often the body is called per second, on a schedule that does not
   * wait for it (an open loop); 0 calls again as soon as the last call returned (a closed loop).
   */
  double callsPerSecond() default 0;

  /**
   * In how many fresh JVMs it is measured, one after the other; 0 measures in the JVM of the test.
   * By default the profile decides, but for a scenario, which is not forked.
   */
  int forks() default -1;

  /** Arguments for the JVM of the forks; with any, there is at least one fork. */
  String[] jvmArgs() default {};

  /**
   * Also observes the heap after collections, against the operations done, and records {@code
   * leak_bytes_per_op}; takes ten collections more. A scenario needs five repetitions for it.
   */
  boolean leak() default false;
}

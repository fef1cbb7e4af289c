package io.coralml.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the body of a benchmark on several threads at once, all released from one barrier. The
 * threads share the test instance and the arguments; each has a {@link Blackhole} of its own.
 *
 * <p>{@code ops_per_s} then is the sum over the threads and {@code ns_per_op} what one operation
 * takes on one thread. For a scaling curve take the number from a parameter:
 *
 * <pre>{@code
 * @CoralBenchmark
 * @Threads(from = "threads")
 * @ValueSource(ints = {1, 2, 4, 8})
 * void put(int threads, Blackhole hole) { ... }
 * }</pre>
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Threads {
  /**
   * Stands for as many threads as the machine has cores, or as {@code coral.benchmark.workers} (the
   * variable {@code CORAL_BENCHMARK_WORKERS}) says.
   */
  int WORKERS = -1;

  /** How many threads; {@link #WORKERS} leaves it to the machine. */
  int value() default 1;

  /** The name of the {@code int} parameter that says how many; it wins over {@link #value}. */
  String from() default "";
}

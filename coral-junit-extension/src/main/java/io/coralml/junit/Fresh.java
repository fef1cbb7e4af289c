package io.coralml.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter that is made anew before every call of a benchmark's body, by a method of the test
 * class without parameters; neither its making nor its closing is timed, nor do they count as
 * allocation. An {@link AutoCloseable} is closed after the call.
 *
 * <p>Calls are then timed one by one, and the cost of the clock is taken off; that is exact enough
 * for bodies of a microsecond and above.
 *
 * <pre>{@code
 * @CoralBenchmark
 * void sort(@Fresh("shuffled") int[] numbers) {
 *   Arrays.sort(numbers);
 * }
 *
 * int[] shuffled() { ... }
 * }</pre>
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Fresh {
  /** The name of the method that makes the object. */
  String value();
}

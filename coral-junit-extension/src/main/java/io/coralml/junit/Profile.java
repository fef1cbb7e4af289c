package io.coralml.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The smallest profile a benchmark takes part in; it runs in that one and in every larger one.
 * Without it a benchmark runs from {@link BenchmarkProfile#STANDARD} up. On a class it holds for
 * all its benchmarks; on a method it wins over the class. A functional run executes every body
 * whatever its profile.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface Profile {
  /** The smallest profile that includes the benchmark. */
  BenchmarkProfile value();
}

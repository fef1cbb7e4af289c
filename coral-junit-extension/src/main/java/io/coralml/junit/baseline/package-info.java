/**
 * The old code: where it is, which entries of the class path it takes the place of, and the class
 * loaders that keep old and new code apart in one JVM. Knows nothing of measuring.
 *
 * <p>Which classes a {@link io.coralml.junit.baseline.CodeLoader} loads anew, and which it shares,
 * is specified in {@link io.coralml.junit.baseline.BaselineCode}. Depends on the JDK and the API
 * only.
 */
@NullMarked
package io.coralml.junit.baseline;

import org.jspecify.annotations.NullMarked;

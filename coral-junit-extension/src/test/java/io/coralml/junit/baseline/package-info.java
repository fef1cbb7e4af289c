/** Tests of how old and new code are kept apart. */
@NullMarked
package io.coralml.junit.baseline;

import org.jspecify.annotations.NullMarked;

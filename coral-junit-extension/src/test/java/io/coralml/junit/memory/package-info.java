/** Tests of what is known about memory. */
@NullMarked
package io.coralml.junit.memory;

import org.jspecify.annotations.NullMarked;

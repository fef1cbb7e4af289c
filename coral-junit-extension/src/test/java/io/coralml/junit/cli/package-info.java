/** Tests of the command. */
@NullMarked
package io.coralml.junit.cli;

import org.jspecify.annotations.NullMarked;

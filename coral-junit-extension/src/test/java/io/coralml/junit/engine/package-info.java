/** Tests of the measuring engine: whole runs through the JUnit Platform, and the parts. */
@NullMarked
package io.coralml.junit.engine;

import org.jspecify.annotations.NullMarked;

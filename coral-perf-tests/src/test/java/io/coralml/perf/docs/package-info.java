/**
 * Tests of the pages: links and anchors, blocks of Java and XML, commands, names of options and of
 * tests, the table of parity, and the page that every package has. What the pages of the store have
 * printed by the command line is tested beside it, in coral-core.
 *
 * <p>Reads the sources of the whole project; depends on no other package here.
 */
@NullMarked
package io.coralml.perf.docs;

import org.jspecify.annotations.NullMarked;

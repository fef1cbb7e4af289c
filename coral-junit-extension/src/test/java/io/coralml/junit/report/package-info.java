/** Tests of the reporters. */
@NullMarked
package io.coralml.junit.report;

import org.jspecify.annotations.NullMarked;

/** The codec's decode rate by JMH and by the suites' own kind of loop. */
@NullMarked
package io.coralml.perf.proof;

import org.jspecify.annotations.NullMarked;

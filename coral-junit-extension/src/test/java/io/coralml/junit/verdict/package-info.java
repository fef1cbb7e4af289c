/** Tests of verdicts. */
@NullMarked
package io.coralml.junit.verdict;

import org.jspecify.annotations.NullMarked;

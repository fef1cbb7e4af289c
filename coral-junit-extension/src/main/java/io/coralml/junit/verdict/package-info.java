/**
 * Decides: whether a metric is what it must be, whether one version is slower than another, and
 * what two runs or a history tell. Works on results and on {@link io.coralml.junit.stats}; measures
 * nothing itself.
 */
@NullMarked
package io.coralml.junit.verdict;

import org.jspecify.annotations.NullMarked;

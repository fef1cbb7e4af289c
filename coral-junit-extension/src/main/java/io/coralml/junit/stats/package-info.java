/**
 * Pure functions on samples: quantiles, bootstrap intervals, pair comparisons, outliers, modes,
 * autocorrelation, change points, trends, growth fits, false-discovery control.
 *
 * <p>Nothing here measures, prints or keeps state; whatever is random takes a seed and gives the
 * same result on every JDK. Depends on nothing of this project. Wrong input, NaN above all, is
 * refused with an {@link java.lang.IllegalArgumentException}. Everything is immutable and may be
 * shared between threads.
 */
@NullMarked
package io.coralml.junit.stats;

import org.jspecify.annotations.NullMarked;

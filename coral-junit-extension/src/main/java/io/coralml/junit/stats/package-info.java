/**
 * Pure functions on samples. Nothing here measures, prints or keeps state; whatever is random takes
 * a seed.
 */
@NullMarked
package io.coralml.junit.stats;

import org.jspecify.annotations.NullMarked;

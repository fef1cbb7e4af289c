/**
 * How much it takes until something gives: each scenario makes a load larger until the profile's
 * bound is reached or the system refuses, reports how far it came, and requires that what was
 * acknowledged before is still exact afterwards. Tagged, and suite, {@code stress}.
 */
@NullMarked
package io.coralml.perf.stress;

import org.jspecify.annotations.NullMarked;

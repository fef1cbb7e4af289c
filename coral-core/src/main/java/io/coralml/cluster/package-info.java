/**
 * Floor 6: choosing delta bases for a whole store at once. Four ways to do it, one of which weighs
 * the others; every base is a stored tensor, never an average, because an average shares its low
 * bits with nobody.
 *
 * <p>Depends on {@code similarity}, {@code store}, {@code codec} and {@code tensor}. Chooses and
 * counts; what it chose is carried out by {@link io.coralml.store.ObjectStore#repack}. The format
 * of a plan is specified in {@link io.coralml.cluster.PlanFile}.
 */
@NullMarked
package io.coralml.cluster;

import org.jspecify.annotations.NullMarked;
